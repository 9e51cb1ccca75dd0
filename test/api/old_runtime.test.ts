import { expect, test } from "vitest";
import { createVideoUploadSink, MediaManager } from "../../mod.ts";
import { oldRuntime } from "../../src/runtime.ts";

/** Calls something where a runtime is that lacks what those of 2024 have. */
function onOldRuntime<Value>(call: () => Value): Value {
  const own = Promise.withResolvers;
  try {
    Object.assign(Promise, { withResolvers: undefined });
    return call();
  } finally {
    Promise.withResolvers = own;
  }
}

const CREDENTIALS = { partnerId: 1, partnerKey: "key", shopId: 2, accessToken: "a token" };
const REFUSAL = /^Cannot work on .+: Node 22.12 or later is needed, or another runtime from 2024 on$/;

test("a manager and a sink are refused on a runtime that is too old", () => {
  expect(() => onOldRuntime(() => new MediaManager(CREDENTIALS))).toThrow(REFUSAL);
  const media = new MediaManager(CREDENTIALS);
  expect(() => onOldRuntime(() => createVideoUploadSink(media))).toThrow(REFUSAL);
});

test("it is named", () => {
  const old = { Promise: {} };
  expect(oldRuntime({ ...old, process: { versions: { node: "20.11.0" } } })).toBe("Node 20.11.0");
  expect(oldRuntime(old)).toBe("a runtime from before 2024");
  expect(oldRuntime()).toBeUndefined();
});
