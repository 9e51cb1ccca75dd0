import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  createMemoryStore,
  createRefreshingToken,
  exchangeCode,
  getAuthorizationUrl,
  type KeyValueStore,
  MediaManager,
  type RefreshingTokenOptions,
  type ShopeeApiError,
} from "../../mod.ts";
import { type Emulator, startEmulator, type StartEmulatorOptions } from "../../src/emulator/mod.ts";
import { createFolderStore } from "../../src/node/mod.ts";
import { temporaryFolder } from "../support/files.ts";
import { settle } from "../support/settle.ts";

/** Two shops of a main account, authorised over real sockets, and what is kept of them. */
interface Rig {
  emulator: Emulator;
  store: KeyValueStore;
  app: { partnerId: number; partnerKey: string; baseUrl: string; retry: { limit: number; baseDelay: number } };
  /** A client of a shop with a source of its own, as another process would have. */
  open(shopId: number, options?: Partial<RefreshingTokenOptions>): MediaManager;
  /** Has the seller authorise the app, once more. */
  authorize(): Promise<void>;
}

async function setUp(options: StartEmulatorOptions = {}, store: KeyValueStore = createMemoryStore()): Promise<Rig> {
  const emulator = await startEmulator({ shops: [{ shopId: 1 }, { shopId: 2 }], mainAccount: {}, ...options });
  onTestFinished(() => emulator.close());
  const { partnerId, partnerKey } = emulator.credentials;
  const app = { partnerId, partnerKey, baseUrl: emulator.url, retry: { limit: 2, baseDelay: 5 } };
  const rig: Rig = {
    ...{ emulator, store, app },
    open: (shopId, options) =>
      new MediaManager({ ...app, shopId, accessToken: createRefreshingToken({ ...app, shopId, store, ...options }) }),
    async authorize() {
      const link = await getAuthorizationUrl({ ...app, redirectUrl: "https://seller.example/back" });
      const address = (await fetch(link, { redirect: "manual" })).headers.get("Location")!;
      await exchangeCode({ ...app, address, store });
    },
  };
  await rig.authorize();
  return rig;
}

function callShop(media: MediaManager) {
  return media.initVideoUpload({ file_md5: "a".repeat(32), file_size: 10 });
}

const refreshes = ({ emulator }: Rig) =>
  emulator.requests.filter(({ endpoint }) => endpoint.endsWith("access_token/get"));

test("the first refresh token of a main account gives each shop a pair of its own", async () => {
  const rig = await setUp();
  const [one, two] = [rig.open(1), rig.open(2)];
  await Promise.all([callShop(one), callShop(two)]);
  expect(refreshes(rig)).toHaveLength(0);
  for (let day = 1; day <= 3; day++) {
    rig.emulator.expireToken();
    await Promise.all([callShop(one), callShop(two)]);
    expect(refreshes(rig).map(({ error }) => error)).toEqual(Array(2 * day).fill(""));
  }
  for (const { shopId, accessToken, refreshToken } of rig.emulator.shops()) {
    expect(await rig.store.get(`shopee-media:token:${rig.app.partnerId}:${shopId}`))
      .toMatchObject({ accessToken, refreshToken });
  }
});

describe("a refresh", () => {
  test("that is lost on its way is sent again", async () => {
    const rig = await setUp({ faults: ["auth/access_token/get#1:reset-before"] });
    const media = rig.open(1);
    rig.emulator.expireToken(1);
    await callShop(media);
    expect(refreshes(rig).map(({ error }) => error)).toEqual(["", ""]);
    rig.emulator.expireToken(1);
    await callShop(media);
    await callShop(rig.open(2));
  });

  test.each(["reset-after", "cut", "truncated"])(
    "whose answer is lost (%s) says that the seller has to authorise again, and costs no other shop its token",
    async (fault) => {
      const rig = await setUp({ faults: [`auth/access_token/get#1:${fault}`] });
      const [one, two] = [rig.open(1), rig.open(2)];
      rig.emulator.expireToken();
      const { error } = await settle(callShop(one));
      expect(error).toMatchObject({ name: "ShopeeApiError", kind: "authorization" });
      expect((error as ShopeeApiError).message).toContain("the seller has to authorise the app again");
      await callShop(two);
      rig.emulator.expireToken(2);
      await callShop(two);

      await rig.authorize();
      // This source, too, finds the new pair.
      await callShop(one);
      await callShop(two);
    },
  );

  test("whose answer is late, as calls go, is waited for, and its pair is kept", async () => {
    const rig = await setUp({ faults: ["auth/access_token/get#1:stall-after=600"] });
    const media = rig.open(1, { timeout: { attempt: 100, idle: 100, total: 20_000 } });
    rig.emulator.expireToken();
    await callShop(media);
    expect(refreshes(rig)).toHaveLength(1);
    rig.emulator.expireToken(1);
    await callShop(media);
    await callShop(rig.open(2));
  });

  test("that arrives twice, as something on the way may send it, keeps the pair of the first", async () => {
    const rig = await setUp();
    const twice: typeof fetch = async (input, init) => {
      const isRefresh = String(input).includes("access_token/get");
      const answer = await fetch(input, init);
      if (isRefresh) await (await fetch(input, init)).text();
      return answer;
    };
    const media = rig.open(1, { fetch: twice });
    for (let day = 1; day <= 2; day++) {
      rig.emulator.expireToken(1);
      await callShop(media);
    }
    expect(refreshes(rig).map(({ error }) => error)).toEqual(["", "error_auth", "", "error_auth"]);
    await callShop(rig.open(2));
  });

  test("that is under way while the seller authorises again is not stored over the new pair", async () => {
    const rig = await setUp({ faults: ["auth/access_token/get#1:stall-after=400"] });
    const media = rig.open(1);
    rig.emulator.expireToken(1);
    const calling = settle(callShop(media));
    await sleep(100);
    await rig.authorize();
    const { accessToken, refreshToken } = rig.emulator.shops()[0]!;
    await calling;
    expect(await rig.store.get(`shopee-media:token:${rig.app.partnerId}:1`)).toMatchObject({
      accessToken,
      refreshToken,
    });
    await callShop(rig.open(1));
  });

  test("that a call gave up goes on, and its pair is kept", async () => {
    const rig = await setUp({ faults: ["auth/access_token/get#1:stall-after=300"] });
    const media = rig.open(1);
    rig.emulator.expireToken(1);
    const gone = settle(media.getVideoUploadResult({ video_upload_id: "sg_1" }, { signal: AbortSignal.timeout(100) }));
    expect((await gone).error).toMatchObject({ name: "TimeoutError" });
    await callShop(media);
    expect(refreshes(rig)).toHaveLength(1);
  });
});

test("of sources that share a folder, as processes do, one at a time refreshes, and all get on", async () => {
  const folder = await temporaryFolder();
  const rig = await setUp({ faults: ["auth/access_token/get:stall-before=150"] }, createFolderStore(folder));
  // A store of its own each: what is shared is the folder alone.
  const sources = Array.from({ length: 4 }, () => rig.open(1, { store: createFolderStore(folder) }));
  await Promise.all(sources.map(callShop));
  for (let day = 1; day <= 2; day++) {
    rig.emulator.expireToken(1);
    await Promise.all(sources.map(callShop));
    expect(refreshes(rig).map(({ error }) => error)).toEqual(Array(day).fill(""));
  }
});

test("a lock that another holds for a while is waited for, and what it has got is used", async () => {
  const rig = await setUp();
  const key = `shopee-media:token:${rig.app.partnerId}:1`;
  let held = true;
  const store: KeyValueStore = { ...rig.store, lock: () => Promise.resolve(held ? undefined : { release() {} }) };
  rig.emulator.expireToken(1);
  const calling = callShop(rig.open(1, { store }));
  await sleep(150);
  expect(refreshes(rig)).toHaveLength(0);
  const { refreshToken: refresh_token } = rig.emulator.shops()[0]!;
  // The other process.
  const other = createRefreshingToken({
    ...rig.app,
    shopId: 1,
    refreshToken: refresh_token,
    store: createMemoryStore(),
  });
  const accessToken = await other.get();
  await rig.store.set(key, { accessToken, refreshToken: rig.emulator.shops()[0]!.refreshToken, expiresAt: 9e15 });
  await calling;
  expect(refreshes(rig)).toHaveLength(1);
  held = false;
});

test("a store whose functions answer plain values, lock too, will do", async () => {
  const memory = createMemoryStore();
  const store = { ...memory, lock: (() => ({ release() {} })) as unknown as KeyValueStore["lock"] } as KeyValueStore;
  const rig = await setUp({}, store);
  rig.emulator.expireToken();
  await callShop(rig.open(1));
  await callShop(rig.open(2));
});
