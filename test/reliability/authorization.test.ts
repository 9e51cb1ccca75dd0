import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import {
  type AuthorizedTokens,
  createMemoryStore,
  createRefreshingToken,
  exchangeCode,
  getAuthorizationUrl,
  isShopeeApiError,
  type KeyValueStore,
  MediaManager,
} from "../../mod.ts";
import { type Emulator, startEmulator } from "../../src/emulator/mod.ts";
import { createFolderStore } from "../../src/node/mod.ts";
import { textOfError } from "../support/secret_watch.ts";
import { settle } from "../support/settle.ts";

const SHOPS = [{ shopId: 7 }, { shopId: 8 }];
const REDIRECT = "https://erp.example/back?from=shopee";
const REFRESH = "auth/access_token/get";

let emulator: Emulator;
let app: { partnerId: number; partnerKey: string; baseUrl: string; retry: object; timeout: object };

async function start(options: Parameters<typeof startEmulator>[0] = {}): Promise<void> {
  emulator = await startEmulator({ shops: SHOPS, ...options });
  onTestFinished(() => emulator.close());
  const { partnerId, partnerKey } = emulator.credentials;
  app = {
    partnerId,
    partnerKey,
    baseUrl: emulator.url,
    retry: { limit: 2, baseDelay: 5, maxDelay: 20 },
    timeout: { attempt: 400, idle: 400, total: 5_000 },
  };
}

/** Goes to the page as the seller's browser does. */
async function authorise(link: "page" | "signed" = "page"): Promise<URLSearchParams> {
  const state = link === "page" ? "a1" : undefined;
  const url = await getAuthorizationUrl({ ...app, redirectUrl: REDIRECT, link, state });
  const { status, headers } = await fetch(url, { redirect: "manual" });
  expect(status).toBe(302);
  return new URL(headers.get("location")!).searchParams;
}

async function exchange(store?: KeyValueStore): Promise<AuthorizedTokens> {
  const back = await authorise();
  const shopId = Number(back.get("shop_id")) || undefined;
  const mainAccountId = Number(back.get("main_account_id")) || undefined;
  return await exchangeCode({ ...app, code: back.get("code")!, shopId, mainAccountId, store });
}

const callAs = (shopId: number, store: KeyValueStore) =>
  new MediaManager({ ...app, shopId, accessToken: createRefreshingToken({ ...app, shopId, store }) })
    .initVideoUpload({ file_md5: "a".repeat(32), file_size: 10 });
const refreshes = () => emulator.requests.filter(({ endpoint }) => endpoint.endsWith(REFRESH)).length;

describe("a shop", () => {
  beforeEach(() => start());

  test.each(["page", "signed"] as const)(
    "comes back from the %s with what it was sent with, and a code",
    async (link) => {
      const back = await authorise(link);
      expect(Object.fromEntries(back)).toEqual({
        from: "shopee",
        code: expect.any(String),
        shop_id: "7",
        ...(link === "page" && { state: "a1" }),
      });
    },
  );

  test("the code is exchanged for a pair, which is kept, and refreshed in time", async () => {
    const store = createMemoryStore();
    const tokens = await exchange(store);
    expect(tokens).toMatchObject({ shopIds: [7], merchantIds: [], userIds: [] });
    await callAs(7, store);
    expect(refreshes()).toBe(0);
    emulator.expireToken();
    await callAs(7, store);
    expect(refreshes()).toBe(1);
  });

  test("a pair that one has already is used as it is, and refreshed by its own refresh token", async () => {
    const { accessToken, refreshToken, expiresAt } = await exchange();
    const store = createMemoryStore();
    const source = createRefreshingToken({ ...app, shopId: 7, store, pair: { accessToken, refreshToken, expiresAt } });
    expect(await source.get()).toBe(accessToken);
    expect(refreshes()).toBe(0);
    const next = await source.refresh(accessToken);
    expect(next).toBe(emulator.credentials.accessToken);
    // From now on the store has one: the pair that was given is spent.
    const later = createRefreshingToken({ ...app, shopId: 7, store, pair: { accessToken, refreshToken, expiresAt } });
    expect(await later.get()).toBe(next);
  });

  test.each(["spent", "wrong", "another shop's"])(
    "a code that is %s says that the seller has to authorise again",
    async (how) => {
      const code = (await authorise()).get("code")!;
      if (how === "spent") await exchangeCode({ ...app, code, shopId: 7 });
      const shopId = how === "another shop's" ? 8 : 7;
      const { error } = await settle(exchangeCode({ ...app, code: how === "wrong" ? "abc" : code, shopId }));
      expect(error).toMatchObject({ code: "invalid_code", kind: "authorization", retryable: false });
      expect(textOfError(error)).toContain("the seller has to authorise the app again");
      expect(textOfError(error)).not.toContain(code);
    },
  );

  test("a store that fails is found out before the code is spent", async () => {
    const code = (await authorise()).get("code")!;
    const broken = { ...createMemoryStore(), get: () => Promise.reject(new Error("no disk")) };
    const { error } = await settle(exchangeCode({ ...app, code, shopId: 7, store: broken }));
    expect(error).toMatchObject({ name: "ShopeeMediaError", cause: expect.objectContaining({ message: "no disk" }) });
    expect((await exchangeCode({ ...app, code, shopId: 7 })).shopIds).toEqual([7]);
  });

  test.each(["stall-before=1000", "reset-before", "html", "error=error_server"])(
    "an exchange whose first try ends in %s goes on",
    async (fault) => {
      emulator.faults.add(`auth/token/get#1:${fault}`);
      expect((await exchange()).shopIds).toEqual([7]);
    },
  );
});

describe("a main account", () => {
  beforeEach(() => start({ mainAccount: { merchantIds: [20], userIds: [5, 6] } }));

  test("gives each that it has a pair of its own, at its first refresh", async () => {
    const store = createMemoryStore();
    const tokens = await exchange(store);
    expect(tokens).toMatchObject({ shopIds: [7, 8], merchantIds: [20], userIds: [5, 6] });
    await Promise.all([callAs(7, store), callAs(8, store)]);
    const sources = [{ merchantId: 20 }, { userId: 5 }, { userId: 6 }].map((owner) =>
      createRefreshingToken({ ...app, ...owner, store })
    );
    const got = await Promise.all(sources.map((source) => source.get()));
    const now = emulator.accounts().map(({ accessToken }) => accessToken);
    expect(now).toHaveLength(5);
    expect(new Set(now).size).toBe(5);
    expect(now).toEqual(expect.arrayContaining(got));
    expect(refreshes()).toBe(5);
  });

  test.each(["reset-after", "stall-after=1000", "truncated", "error=error_server", "html,after"])(
    "a refresh that ends in %s costs the other shop nothing",
    async (fault) => {
      const store = createMemoryStore();
      await exchange(store);
      emulator.faults.add(`${REFRESH}#1:${fault}`);
      await settle(callAs(7, store));
      await callAs(8, store);
      emulator.expireToken(8);
      await callAs(8, store);
    },
  );
});

describe("a refresh of a shop that shares its store with other processes", () => {
  let folder: string;
  beforeEach(async () => {
    await start();
    folder = await mkdtemp(join(tmpdir(), "tokens-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    await exchange(createFolderStore(folder));
    emulator.expireToken();
  });

  test("eight at once, in a store that can lock: one refresh, and all go on", async () => {
    await Promise.all(Array.from({ length: 8 }, () => callAs(7, createFolderStore(folder))));
    expect(refreshes()).toBe(1);
  });

  test("a late answer is waited for by the others", async () => {
    emulator.faults.add(`${REFRESH}#1:stall-after=250`);
    await Promise.all(Array.from({ length: 3 }, () => callAs(7, createFolderStore(folder))));
    expect(refreshes()).toBe(1);
  });

  test.each(["reset-before", "stall-before=1000", "html", "error=error_server", "rate-limit=0"])(
    "a first try that ends in %s: the pair is not lost",
    async (fault) => {
      emulator.faults.add(`${REFRESH}#1:${fault}`);
      await callAs(7, createFolderStore(folder));
    },
  );

  // Nobody but Shopee knows the new pair then.
  test("an answer that is lost tells that the seller has to authorise again, and a new authorisation is enough", async () => {
    emulator.faults.add(`${REFRESH}#1:truncated`);
    const { error } = await settle(callAs(7, createFolderStore(folder)));
    expect(isShopeeApiError(error) && error.kind).toBe("authorization");
    await exchange(createFolderStore(folder));
    await callAs(7, createFolderStore(folder));
  });
});
