import { afterEach, expect, test, vi } from "vitest";
import { noise } from "../support/bytes.ts";
import { PART, setUp, uploadBytes } from "../support/rig.ts";
import { quiet, settle, until } from "../support/settle.ts";

const bytes = noise(PART);
const reason = new Error("enough");

afterEach(() => {
  vi.useRealTimers();
});

test("an abort while the token is on its way: no init goes out when it has come", async () => {
  const rig = await setUp();
  const token = Promise.withResolvers<string>();
  let asked = 0;
  const accessToken = {
    get() {
      asked++;
      return token.promise;
    },
    refresh: (stale: string) => Promise.resolve(stale),
  };
  const abort = new AbortController();
  const upload = settle(uploadBytes(rig.connect({ accessToken }), bytes, { signal: abort.signal }));
  await until(() => asked > 0);
  abort.abort(reason);
  token.resolve(rig.emulator.credentials.accessToken);
  expect((await upload).error).toBe(reason);
  await quiet();
  expect(rig.sent).toEqual([]);
});

test("an abort while a token is on its way that never comes ends the upload at once", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const rig = await setUp();
  let asked = 0;
  const accessToken = {
    get() {
      asked++;
      return new Promise<never>(() => {});
    },
    refresh: (stale: string) => Promise.resolve(stale),
  };
  const abort = new AbortController();
  const upload = settle(uploadBytes(rig.connect({ accessToken }), bytes, { signal: abort.signal }));
  await until(() => asked > 0);
  abort.abort(reason);
  // No timer fires here: it cannot be the clean-up time that ends it.
  expect((await upload).error).toBe(reason);
});

test("an abort while the manager is paced ends the upload at once, and nothing goes out", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const rig = await setUp({ faults: ["upload_image#1:error=error_rate_limit,status=429,retryAfter=60"] });
  const media = rig.connect({ timeout: {} });
  const image = new AbortController();
  const other = settle(media.uploadImage({ image: noise(10) }, { signal: image.signal }));
  await until(() => rig.emulator.requests.length === 1);
  await quiet();

  const abort = new AbortController();
  const upload = settle(uploadBytes(media, bytes, { module: "media", signal: abort.signal }));
  await quiet();
  abort.abort(reason);
  // No timer fires here.
  expect((await upload).error).toBe(reason);
  image.abort();
  await other;
  expect(rig.sent.map(({ name }) => name)).toEqual(["upload_image"]);
});
