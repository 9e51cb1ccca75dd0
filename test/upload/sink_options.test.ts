import { expect, test } from "vitest";
import { createVideoUploadSink, MediaManager, type VideoSinkOptions } from "../../mod.ts";
import { CREDENTIALS } from "../support/manager_for.ts";

const media = new MediaManager({ ...CREDENTIALS, fetch: () => Promise.reject(new Error("Nothing may be sent")) });
const MD5 = "0123456789abcdef0123456789abcdef";
const VIDEO = { module: "media", size: 1000, fileName: "a.mp4", duration: 12 } as const;

test.each<[string, Record<string, unknown>]>([
  ["module", { module: "media-space" }],
  ["module", { module: 17 }],
  ["size", { size: -1 }],
  ["size", { size: 1.5 }],
  ["size", { size: NaN }],
  ["size", { size: "1000" }],
  ["31457280", { size: 31_457_281 }],
  ["empty", { size: 0 }],
  ["md5", { md5: "abc", size: 10 }],
  ["md5", { md5: MD5.replace("0", "g"), size: 10 }],
  ["md5", { md5: `${MD5}0`, size: 10 }],
  ["size", { md5: MD5 }],
  ["concurrency", { concurrency: 0 }],
  ["concurrency", { concurrency: 17 }],
  ["concurrency", { concurrency: 2.5 }],
  ["concurrency", { concurrency: "3" }],
  ["poll.interval", { poll: { interval: 0 } }],
  ["poll.maxInterval", { poll: { maxInterval: -1 } }],
  ["poll.timeout", { poll: { timeout: NaN } }],
  // Longer than a timer can be set to: it would fire at once.
  ["poll.timeout", { poll: { timeout: 2 ** 31 } }],
  ["size", { ...VIDEO, size: undefined }],
  ["1073741824", { ...VIDEO, size: 1_073_741_825 }],
  ["empty", { ...VIDEO, size: 0 }],
  ["fileName", { ...VIDEO, fileName: undefined }],
  ["fileName", { ...VIDEO, fileName: "" }],
  ["fileName", { ...VIDEO, fileName: 17 }],
  ["duration", { ...VIDEO, duration: undefined }],
  ["duration", { ...VIDEO, duration: 0 }],
  ["duration", { ...VIDEO, duration: 181 }],
  ["duration", { ...VIDEO, duration: 11.5 }],
  ["duration", { ...VIDEO, duration: "12" }],
  ["business", { ...VIDEO, business: 0 }],
  ["scene", { ...VIDEO, scene: 1.5 }],
])("is refused at once, and %s is named: %o", (named, wrong) => {
  const make = () => createVideoUploadSink(media, wrong as VideoSinkOptions);
  const message = expect.stringContaining(named);
  expect(make).toThrow(expect.objectContaining({ name: "InvalidInputError", message }));
  expect(make).not.toThrow(/\.$/);
});

test.each<VideoSinkOptions>([
  {},
  { size: 1 },
  { size: 31_457_280 },
  { md5: MD5, size: 10 },
  { concurrency: 1 },
  { concurrency: 16 },
  { ...VIDEO, size: 1_073_741_824 },
  { ...VIDEO, duration: 1 },
  { ...VIDEO, duration: 180 },
  { ...VIDEO, business: 2, scene: 5 },
])("is taken: %o", (options) => {
  const sink = createVideoUploadSink(media, options);
  expect(sink).toBeInstanceOf(WritableStream);
  expect(sink.locked).toBe(false);
});

test("undefined means the default, for every option", () => {
  const options: Record<keyof VideoSinkOptions, undefined> = {
    module: undefined,
    size: undefined,
    md5: undefined,
    fileName: undefined,
    duration: undefined,
    business: undefined,
    scene: undefined,
    concurrency: undefined,
    signal: undefined,
    onProgress: undefined,
    sourceTimeout: undefined,
    until: undefined,
    poll: undefined,
    pushes: undefined,
    checkpoint: undefined,
  };
  expect(() => createVideoUploadSink(media, options)).not.toThrow();
  const poll = { interval: undefined, maxInterval: undefined, timeout: undefined };
  expect(() => createVideoUploadSink(media, { ...options, poll })).not.toThrow();
});
