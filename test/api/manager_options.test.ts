import { expect, test } from "vitest";
import { MediaManager, type MediaManagerOptions } from "../../mod.ts";
import { CREDENTIALS } from "../support/manager_for.ts";

test.each<[string, Record<string, unknown>]>([
  ["partnerId", { partnerId: undefined }],
  ["partnerId", { partnerId: "1001" }],
  ["partnerId", { partnerId: 0 }],
  ["partnerId", { partnerId: 1.5 }],
  ["partnerId", { partnerId: NaN }],
  ["partnerKey", { partnerKey: undefined }],
  ["partnerKey", { partnerKey: "" }],
  ["partnerKey", { partnerKey: 17 }],
  ["shopId", { shopId: "14701711" }],
  ["shopId", { shopId: -1 }],
  ["accessToken", { accessToken: "" }],
  ["accessToken", { accessToken: 17 }],
  ["accessToken", { accessToken: null }],
  ["signAs", { signAs: "user" }],
  ["signAs", { signAs: null }],
  ["region", { region: "mars" }],
  ["region", { region: "toString" }],
  ["retry.limit", { retry: { limit: -1 } }],
  ["retry.limit", { retry: { limit: 1.5 } }],
  ["retry.limit", { retry: { limit: "3" } }],
  ["retry.baseDelay", { retry: { baseDelay: NaN } }],
  ["retry.maxDelay", { retry: { maxDelay: Infinity } }],
  ["timeout.attempt", { timeout: { attempt: 0 } }],
  ["timeout.idle", { timeout: { idle: -5 } }],
  // A timer that long would fire at once.
  ["timeout.total", { timeout: { total: 2 ** 31 } }],
])("a wrong %s is named: %j", (name, wrong) => {
  const make = () => new MediaManager({ ...CREDENTIALS, ...wrong } as MediaManagerOptions);
  expect(make).toThrow(expect.objectContaining({ name: "InvalidInputError", message: expect.stringContaining(name) }));
});

test("undefined means the default, for every option that has one", () => {
  const options: MediaManagerOptions = {
    ...CREDENTIALS,
    shopId: undefined,
    accessToken: undefined,
    signAs: undefined,
    region: undefined,
    baseUrl: undefined,
    allowInsecureHttp: undefined,
    retry: { limit: undefined, baseDelay: undefined, maxDelay: undefined },
    timeout: { attempt: undefined, idle: undefined, total: undefined },
    fetch: undefined,
    onRequest: undefined,
  };
  expect(() => new MediaManager(options)).not.toThrow();
  expect(() => new MediaManager({ ...options, retry: undefined, timeout: undefined })).not.toThrow();
});
