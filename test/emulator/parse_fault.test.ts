import { expect, test } from "vitest";
import { createEmulator, type Fault, parseFault } from "../../src/emulator/mod.ts";
import { InvalidInputError } from "../../src/errors.ts";

test.each<[string, Fault]>([
  ["*:reset-before", { endpoint: "*", kind: "reset-before" }],
  ["upload_video_part#2:reset-after", { endpoint: "upload_video_part", calls: [2], kind: "reset-after" }],
  ["media/upload_video_part#2+5:cut", { endpoint: "media/upload_video_part", calls: [2, 5], kind: "cut" }],
  ["auth/access_token/get:truncated", { endpoint: "auth/access_token/get", kind: "truncated" }],
  ["*#/3:empty", { endpoint: "*", every: 3, kind: "empty" }],
  ["*#12.5%:html=504,seed=7", { endpoint: "*", probability: 0.125, seed: 7, kind: "html", status: 504 }],
  ["*:stall-before=2000", { endpoint: "*", kind: "stall-before", ms: 2000 }],
  ["*:slow=10", { endpoint: "*", kind: "slow", bytesPerSecond: 10 }],
  ["*:clock=-3600", { endpoint: "*", kind: "clock", offset: -3600 }],
  ["*:rate-limit=3,retryAfter=1", { endpoint: "*", kind: "rate-limit", limit: 3, retryAfter: 1 }],
  ["push#2:drop", { endpoint: "push", calls: [2], kind: "drop" }],
  ["push:delay=5000", { endpoint: "push", kind: "delay", ms: 5000 }],
  ["upload_image#1:image-error=3,error=error_server", {
    endpoint: "upload_image",
    calls: [1],
    kind: "image-error",
    image: 3,
    error: "error_server",
  }],
  ["*:status=503,retryAfterDate=2,after", {
    endpoint: "*",
    kind: "status",
    status: 503,
    retryAfterDate: 2,
    after: true,
  }],
  ["complete_video_upload#1:error=error_auth,status=403,message=System error%2C please = 1: wait", {
    endpoint: "complete_video_upload",
    calls: [1],
    kind: "error",
    error: "error_auth",
    status: 403,
    message: "System error, please = 1: wait",
  }],
])("%s", (text, fault) => {
  expect(parseFault(text)).toEqual(fault);
});

test.each([
  ["", "it must be ENDPOINT[#CALLS]:KIND"],
  ["reset-before", "it must be ENDPOINT[#CALLS]:KIND"],
  ["*:nonsense", 'There is no fault "nonsense"'],
  ["*:nonsense=1", 'There is no fault "nonsense"'],
  ["nothing:cut", 'endpoint of the fault cut must be *, the name of an endpoint, or push, not "nothing"'],
  ["video_part:cut", 'endpoint of the fault cut must be *, the name of an endpoint, or push, not "video_part"'],
  ["*#0:cut", "calls of the fault cut must be a whole number from 1, or several, not [0]"],
  ["*#first:cut", 'the calls must be such as 2, 2+5, /3 or 10%, not "first"'],
  ["*#101%:cut", "probability of the fault cut must be 0 to 1, not 1.01"],
  ["*:cut=1", "the fault cut takes no value"],
  ["*:cut,status=500", "the fault cut has no option status"],
  ["*:status", "The fault status needs status"],
  ["*:status=99", "status of the fault status must be an HTTP status from 200 to 599 that has a body, not 99"],
  ["*:status=204", "status of the fault status must be an HTTP status from 200 to 599 that has a body, not 204"],
  ["*:status=often", 'status of the fault status must be an HTTP status from 200 to 599 that has a body, not "often"'],
  ["*:error", "The fault error needs error"],
  ["*:slow=0", "bytesPerSecond of the fault slow must be more than 0, not 0"],
  ["push:delay", "The fault delay needs ms"],
  ["*:drop", "Of the endpoint push, and of it alone, are the faults drop, duplicate, delay"],
  ["push:cut", "Of the endpoint push, and of it alone, are the faults drop, duplicate, delay"],
  ["upload_image:image-error", "The fault image-error needs image"],
  ["*#2:cut,every=2", "A fault takes only one of calls, every and probability"],
])("%j is refused", (text, message) => {
  expect(() => parseFault(text)).toThrow(InvalidInputError);
  expect(() => parseFault(text)).toThrow(message);
});

test.each<[unknown, string]>([
  [{ kind: "slow", bytesPerSecond: Number.NaN }, "bytesPerSecond of the fault slow must be more than 0, not NaN"],
  [
    { kind: "stall-before", ms: -Infinity },
    "ms of the fault stall-before must be 0 or more milliseconds, not -Infinity",
  ],
  [
    { kind: "cut", calls: [1, Number.NaN] },
    "calls of the fault cut must be a whole number from 1, or several, not [1, NaN]",
  ],
  [{ kind: "cut", seed: "1" }, 'seed of the fault cut must be a whole number, not "1"'],
  [{ kind: "cut", seed: 1n }, "seed of the fault cut must be a whole number, not 1n"],
])("an error shows what is at fault in %o", async (fault, message) => {
  await expect(createEmulator({ faults: [fault as Fault] })).rejects.toThrow(message);
});
