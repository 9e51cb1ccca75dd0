import { createStorage } from "unstorage";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  createMemoryStore,
  createRefreshingToken,
  isShopeeApiError,
  type KeyValueStore,
  MediaManager,
  type RefreshingTokenOptions,
} from "../../mod.ts";
import { textOfError } from "../support/secret_watch.ts";
import { settle } from "../support/settle.ts";
import { countOf, type Rig, setUp } from "../support/rig.ts";

const REFRESH = "get";

afterEach(() => {
  vi.useRealTimers();
});

/** A client whose tokens come over the wire. */
function connect(rig: Rig, options: Partial<RefreshingTokenOptions> = {}): MediaManager {
  const { refreshToken } = rig.emulator.credentials;
  const accessToken = createRefreshingToken({ ...rig.common, refreshToken, store: createMemoryStore(), ...options });
  return new MediaManager({ ...rig.common, accessToken });
}

/** Any call that needs a token. */
function callShop(media: MediaManager) {
  return media.initVideoUpload({ file_md5: "a".repeat(32), file_size: 10 });
}

function times<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => work(index)));
}

/** A store that takes its time to write, and keeps a diary. */
function slowStore(ms: number) {
  const store = createMemoryStore();
  const stored: string[] = [];
  const slow: KeyValueStore = {
    get: store.get,
    async set(key, value) {
      await new Promise((resolve) => setTimeout(resolve, ms));
      await store.set(key, value);
      stored.push(String(value.accessToken));
    },
    remove: store.remove,
  };
  return { store: slow, stored };
}

describe("eight Shop calls in flight when the token dies", () => {
  test("one refresh, eight successes", async () => {
    const rig = await setUp();
    const media = connect(rig);
    await callShop(media);
    rig.emulator.expireToken();
    await times(8, () => callShop(media));
    expect(countOf(rig, REFRESH)).toBe(2);
    expect(countOf(rig, "init_video_upload")).toBe(1 + 16);
  });

  test("also for those whose refusal comes when the new token is long there", async () => {
    const rig = await setUp();
    const media = connect(rig);
    await callShop(media);
    rig.emulator.expireToken();
    rig.emulator.faults.add({ kind: "stall-before", endpoint: "init_video_upload", calls: [2, 5, 8], ms: 80 });
    await times(8, () => callShop(media));
    expect(countOf(rig, REFRESH)).toBe(2);
  });

  test("a token that dies again during the day is refreshed again", async () => {
    const rig = await setUp();
    const media = connect(rig);
    for (let day = 1; day <= 3; day++) {
      rig.emulator.expireToken();
      await times(8, () => callShop(media));
      expect(countOf(rig, REFRESH)).toBe(day);
    }
  });

  test("a refresh that fails fails all eight, and the next call tries again", async () => {
    const rig = await setUp();
    const media = connect(rig);
    await callShop(media);
    rig.emulator.expireToken();
    const id = rig.emulator.faults.add("auth/access_token/get:error=error_server");
    const settled = await times(8, () => settle(callShop(media)));
    expect(settled.every(({ error }) => isShopeeApiError(error) && error.code === "error_server")).toBe(true);
    expect(countOf(rig, REFRESH)).toBe(1 + 4);
    rig.emulator.faults.clear(id);
    await callShop(media);
  });
});

describe("the store", () => {
  test("a new pair is stored before its first use", async () => {
    const rig = await setUp();
    const { store, stored } = slowStore(15);
    const early: string[] = [];
    const fetch: typeof globalThis.fetch = (input, init) => {
      const token = new URL(input as string).searchParams.get("access_token");
      if (token !== null && !stored.includes(token)) early.push("a token was used before it was stored");
      return rig.emulator.fetch(input, init);
    };
    const { refreshToken } = rig.emulator.credentials;
    const accessToken = createRefreshingToken({ ...rig.common, refreshToken, store });
    const media = new MediaManager({ ...rig.common, accessToken, fetch });
    await times(4, () => callShop(media));
    rig.emulator.expireToken();
    await times(4, () => callShop(media));
    expect(early).toEqual([]);
    expect(stored).toHaveLength(2);
    expect(stored[1]).toBe(rig.emulator.credentials.accessToken);
  });

  test("one that cannot save fails the call, and the pair is not lost", async () => {
    const rig = await setUp();
    const memory = createMemoryStore();
    let full = true;
    const store: KeyValueStore = {
      ...memory,
      set(key, value) {
        if (full) throw new Error("The disk is full");
        return memory.set(key, value);
      },
    };
    const media = connect(rig, { store });
    const { error } = await settle(callShop(media));
    expect(textOfError(error)).toContain("The disk is full");
    expect(countOf(rig, "init_video_upload")).toBe(0);
    full = false;
    await callShop(media);
    expect(countOf(rig, REFRESH)).toBe(1);
    expect(JSON.stringify(await memory.get(keyOf(rig)))).toContain(rig.emulator.credentials.refreshToken);
  });

  test("of unstorage will do", async () => {
    const rig = await setUp();
    const store = createStorage();
    const key = "tokens";
    await callShop(connect(rig, { store, key }));
    rig.emulator.expireToken();
    // Another process: all it has is the store, and a refresh token that was spent long ago.
    await callShop(connect(rig, { store, key, refreshToken: "spent" }));
    expect(countOf(rig, REFRESH)).toBe(2);
  });

  test("shared by two processes: both get on when the token dies under both at once", async () => {
    const rig = await setUp();
    const { store } = slowStore(30);
    const { refreshToken } = rig.emulator.credentials;
    const managers = [connect(rig, { store, refreshToken }), connect(rig, { store, refreshToken })];
    await callShop(managers[0]!);
    await callShop(managers[1]!);
    for (let round = 0; round < 5; round++) {
      rig.emulator.expireToken();
      await times(8, (index) => callShop(managers[index % 2]!));
    }
    expect(JSON.stringify(await store.get(keyOf(rig)))).toContain(rig.emulator.credentials.refreshToken);
  });

  test("shared by two processes, of which one refreshes an hour after the other", async () => {
    const rig = await setUp();
    const store = createMemoryStore();
    const { refreshToken } = rig.emulator.credentials;
    const [early, late] = [connect(rig, { store, refreshToken }), connect(rig, { store, refreshToken })];
    await callShop(early);
    await callShop(late);
    rig.emulator.expireToken();
    await callShop(early);
    await times(8, () => callShop(late));
    expect(countOf(rig, REFRESH)).toBe(2);
  });
});

test("a token is refreshed ahead of its end, and no call is refused", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: 1_700_000_000_000 });
  const rig = await setUp({ tokenLifetime: 3600 });
  const media = connect(rig, { leeway: 300_000 });
  await callShop(media);
  vi.setSystemTime(1_700_000_000_000 + 3_299_000);
  await callShop(media);
  expect(countOf(rig, REFRESH)).toBe(1);
  vi.setSystemTime(1_700_000_000_000 + 3_301_000);
  await times(8, () => callShop(media));
  expect(countOf(rig, REFRESH)).toBe(2);
  expect(rig.emulator.requests.every(({ error }) => error === "")).toBe(true);
});

test("while a refresh ahead of time fails, calls go on with the token that still lives", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: 1_700_000_000_000 });
  const rig = await setUp({ tokenLifetime: 3600 });
  const media = connect(rig);
  await callShop(media);
  vi.setSystemTime(1_700_000_000_000 + 3_400_000);
  rig.emulator.faults.add("auth/access_token/get:reset-before");
  await times(4, () => callShop(media));
  rig.emulator.faults.clear();
  await callShop(media);
  expect(rig.emulator.requests.filter(({ endpoint }) => endpoint.endsWith("init_video_upload"))).toHaveLength(6);
});

test("while a refresh ahead of time is not answered, calls go on with the token that still lives", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: 1_700_000_000_000 });
  const rig = await setUp({ tokenLifetime: 3600 });
  const media = connect(rig);
  await callShop(media);
  vi.setSystemTime(1_700_000_000_000 + 3_400_000);
  rig.emulator.faults.add("auth/access_token/get:stall-before");
  await times(4, () => callShop(media));
  // Had the calls waited for it, it would have been given up before.
  expect(rig.emulator.requests.filter(({ endpoint }) => endpoint.endsWith("access_token/get"))).toHaveLength(1);
});

test("a refresh token that was spent is a clear error without a secret in it", async () => {
  const rig = await setUp();
  const { refreshToken } = rig.emulator.credentials;
  await callShop(connect(rig, { refreshToken }));
  const { error } = await settle(callShop(connect(rig, { refreshToken })));
  expect(error).toMatchObject({ name: "ShopeeApiError", code: "error_auth" });
  expect(textOfError(error)).not.toContain(refreshToken);
  expect(countOf(rig, REFRESH)).toBe(2);
});

test("tokens that the platform has lost are a clear error without a secret in it", async () => {
  const rig = await setUp({ faults: ["auth/access_token/get#1:reset-after"] });
  const { refreshToken } = rig.emulator.credentials;
  const { error } = await settle(callShop(connect(rig)));
  expect(error).toMatchObject({ name: "ShopeeApiError", code: "error_auth" });
  expect(textOfError(error)).not.toContain(refreshToken);
});

function keyOf({ common: { partnerId, shopId } }: Rig): string {
  return `shopee-media:token:${partnerId}:${shopId}`;
}
