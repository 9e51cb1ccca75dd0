import { expect, test } from "vitest";
import { createVideoUploadSink, MediaManager, uploadImages, uploadVideo, type VideoSinkOptions } from "../../mod.ts";
import { CREDENTIALS } from "../support/manager_for.ts";
import { settle } from "../support/settle.ts";

const media = new MediaManager({ ...CREDENTIALS, fetch: () => Promise.reject(new Error("Nothing may be sent")) });
const VIDEO = { module: "media", size: 1000, fileName: "a.mp4", duration: 12 } as const;

const wrong: [string, string, Record<string, unknown>][] = ([[5n, "5"], [NaN, "NaN"]] as const).flatMap(
  ([value, shown]): [string, string, Record<string, unknown>][] => [
    ["size", shown, { size: value }],
    ["concurrency", shown, { concurrency: value }],
    ["poll.interval", shown, { poll: { interval: value } }],
    ["poll.maxInterval", shown, { poll: { maxInterval: value } }],
    ["poll.timeout", shown, { poll: { timeout: value } }],
    ["module", shown, { module: value }],
    ["size", shown, { ...VIDEO, size: value }],
    ["duration", shown, { ...VIDEO, duration: value }],
    ["business", shown, { ...VIDEO, business: value }],
    ["scene", shown, { ...VIDEO, scene: value }],
    ["fileName", shown, { ...VIDEO, fileName: value }],
  ],
);

test.each(wrong)("the %s may not be %s, and both are named", async (name, shown, options) => {
  const expected = expect.objectContaining({
    name: "InvalidInputError",
    message: expect.stringMatching(new RegExp(`^The ${name} must be .+, not ${shown}$`)),
  });
  expect(() => createVideoUploadSink(media, options as VideoSinkOptions)).toThrow(expected);
  const upload = uploadVideo(media, new ReadableStream(), options as VideoSinkOptions);
  expect((await settle(upload)).error).toEqual(expected);
});

test.each([["module", 5n], ["batchSize", 5n], ["batchSize", NaN], ["concurrency", 5n], ["concurrency", NaN]])(
  "of uploadImages: the %s may not be %s",
  async (name, value) => {
    const { error } = await settle(uploadImages(media, [], { [name]: value }));
    expect(error).toMatchObject({ name: "InvalidInputError", message: expect.stringContaining(`The ${name} must be`) });
  },
);
