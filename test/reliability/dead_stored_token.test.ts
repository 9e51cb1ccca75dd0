import { expect, test } from "vitest";
import { createMemoryStore, createRefreshingToken, type RefreshingTokenOptions } from "../../mod.ts";
import { settle } from "../support/settle.ts";
import { countOf, type Rig, setUp } from "../support/rig.ts";

const REFRESH = "get";

/** A source whose store holds a pair that was spent elsewhere, while the shop was authorised again. */
async function createSource(rig: Rig, options: Partial<RefreshingTokenOptions> = {}) {
  const store = createMemoryStore();
  await store.set("token", { accessToken: "old", refreshToken: "spent", expiresAt: 0 });
  const { refreshToken } = rig.emulator.credentials;
  const source = createRefreshingToken({ ...rig.common, refreshToken, store, key: "token", ...options });
  return { source, stored: () => store.get("token") };
}

test("a stored refresh token that Shopee refuses gives way to the one from the options", async () => {
  const rig = await setUp();
  const { source, stored } = await createSource(rig);
  const token = await source.get();
  const { accessToken, refreshToken } = rig.emulator.credentials;
  expect(token).toBe(accessToken);
  expect(await stored()).toMatchObject({ accessToken, refreshToken });
  expect(countOf(rig, REFRESH)).toBe(2);
});

test("a refusal in passing does not spend the token from the options", async () => {
  const rig = await setUp({ faults: ["access_token/get:error=error_server"] });
  const before = rig.emulator.credentials.refreshToken;
  const { source, stored } = await createSource(rig, { retry: { limit: 0 } });
  const { error } = await settle(source.get());
  expect(error).toMatchObject({ name: "ShopeeApiError", code: "error_server" });
  expect(countOf(rig, REFRESH)).toBe(1);
  expect(await stored()).toMatchObject({ refreshToken: "spent" });

  rig.emulator.faults.clear();
  await source.get();
  expect(rig.emulator.credentials.refreshToken).not.toBe(before);
});

test("without one of their own to fall back to, the refusal is told", async () => {
  const rig = await setUp();
  const { source } = await createSource(rig, { refreshToken: undefined });
  expect((await settle(source.get())).error).toMatchObject({ name: "ShopeeApiError" });
});
