import { Buffer } from "node:buffer";
import { createContext, runInContext } from "node:vm";
import { describe, expect, test } from "vitest";
import type { BinaryInput, MediaManager } from "../../mod.ts";
import { md5, noise } from "../support/bytes.ts";
import { managerFor } from "../support/manager_for.ts";
import { parseMultipart } from "../support/parse_multipart.ts";
import { startRecordingServer } from "../support/recording_server.ts";
import { settle } from "../support/settle.ts";

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const CONTENT = new Uint8Array(Buffer.concat([PNG, noise(1024 - PNG.length)]));

/** The calls that take bytes, and the field in which they go out. */
const CALLS: [field: string, call: (media: MediaManager, bytes: BinaryInput) => Promise<unknown>][] = [
  ["part_content", (media, part_content) => media.uploadVideoPart({ ...PART, content_md5: "0", part_content })],
  ["part_content", (media, part_content) => media.uploadMediaVideoPart({ ...PART, part_md5: "0", part_content })],
  ["image", (media, image) => media.uploadImage({ image })],
  ["image", (media, image) => media.uploadImage({ image: [image] })],
  ["images", (media, images) => media.uploadMediaImage({ business: 2, scene: 1, images })],
];
const PART = { video_upload_id: "sg_1", part_seq: 3 };

/** A buffer with the content in its midst. */
function roomy(Kind: typeof ArrayBuffer | typeof SharedArrayBuffer): ArrayBufferLike {
  const buffer = new Kind(CONTENT.length + 32);
  new Uint8Array(buffer).set(CONTENT, 16);
  return buffer;
}

/** What a page gets from a frame, or a test from jsdom: the same, made by other constructors. */
function ofAnotherRealm(): Record<string, BinaryInput> {
  const context = createContext({ content: CONTENT });
  const buffer = runInContext("new Uint8Array(content).buffer", context);
  class Blob {
    #bytes = CONTENT;
    get [Symbol.toStringTag]() {
      return "Blob";
    }
    size = CONTENT.length;
    type = "";
    slice(start?: number, end?: number) {
      return new globalThis.Blob([this.#bytes.subarray(start, end)]);
    }
    arrayBuffer() {
      return Promise.resolve(this.#bytes.slice().buffer);
    }
  }
  return {
    "an ArrayBuffer of another realm": buffer,
    "a Uint8Array of another realm": runInContext("new Uint8Array(content)", context),
    "a DataView of another realm": runInContext("new DataView(new Uint8Array(content).buffer)", context),
    "a Blob of another library": new Blob() as unknown as globalThis.Blob,
  };
}

const KINDS: Record<string, BinaryInput> = {
  "an ArrayBuffer": CONTENT.slice().buffer,
  "a SharedArrayBuffer": new Uint8Array(roomy(SharedArrayBuffer)).slice(16, 16 + CONTENT.length).buffer,
  "a view of a SharedArrayBuffer": new Uint8Array(roomy(SharedArrayBuffer), 16, CONTENT.length),
  "a DataView": new DataView(roomy(ArrayBuffer), 16, CONTENT.length),
  "a Float64Array": new Float64Array(roomy(ArrayBuffer), 16, CONTENT.length / 8),
  "a Buffer of a pool": Buffer.from(CONTENT),
  "a Uint8ClampedArray": new Uint8ClampedArray(roomy(ArrayBuffer), 16, CONTENT.length),
  "a Blob": new Blob([CONTENT]),
  "a File": new File([CONTENT], "a.png"),
  ...ofAnotherRealm(),
};

describe.each(CALLS)("%s (%#)", (field, call) => {
  test.each(Object.entries(KINDS))("may be %s", async (_, bytes) => {
    const server = await startRecordingServer();
    await call(managerFor(server), bytes);
    const { headers, body } = server.requests[0]!;
    const files = parseMultipart(headers["content-type"], body).filter(({ name }) => name === field);
    expect(files.map(({ content }) => md5(content))).toEqual([md5(CONTENT)]);
  });

  test.each<[what: string, value: unknown, said: RegExp]>([
    ["a number", 5, /not a number$/],
    ["a text", "shoes.mp4", /not a string: encode a text first, open a path with fileSource/],
    ["null", null, /not null$/],
    ["nothing", undefined, /not undefined$/],
    ["a promise", Promise.resolve(CONTENT), /not a promise: await it first$/],
    ["a URL", new URL("file:///shoes.mp4"), /not a URL: open a file with fileSource/],
    ["a stream", new Blob([CONTENT]).stream(), /not an object \(ReadableStream\): read it/],
    ["an answer", new Response(CONTENT), /not an object \(Response\): read it/],
    ["an object", { 0: 1, length: 1 }, /not an object \(Object\)$/],
    ["a list of numbers", field === "part_content" ? [1, 2] : [[1, 2]], /not an array$/],
    ["empty bytes", new Uint8Array(), /is empty$/],
    ["an empty buffer", new ArrayBuffer(), /is empty$/],
    ["an empty Blob", new Blob(), /is empty$/],
  ])("may not be %s: nothing is sent", async (_, value, said) => {
    const server = await startRecordingServer();
    const { error } = await settle(call(managerFor(server), value as BinaryInput));
    expect(error).toMatchObject({ name: "InvalidInputError", message: expect.stringMatching(said) });
    expect((error as Error).message).toContain(field);
    expect(server.requests).toEqual([]);
  });

  test("may not be memory that was given away", async () => {
    const bytes = CONTENT.slice();
    structuredClone(bytes, { transfer: [bytes.buffer] });
    const server = await startRecordingServer();
    const { error } = await settle(call(managerFor(server), bytes));
    expect(error).toMatchObject({ name: "InvalidInputError", message: expect.stringMatching(/is empty$/) });
    expect(server.requests).toEqual([]);
  });

  /** A file whose bytes go missing once it was opened. */
  const spoilt = (read: () => Promise<ArrayBuffer>): Blob => {
    const blob = new Blob([CONTENT]);
    return Object.assign(blob, { slice: () => Object.assign(new Blob(), { arrayBuffer: read }) });
  };

  test("that cannot be read ends the call, and is not read again and again", async () => {
    const reason = new DOMException("The file has gone", "NotReadableError");
    let reads = 0;
    const file = spoilt(() => {
      reads++;
      return Promise.reject(reason);
    });
    const server = await startRecordingServer();
    const { error } = await settle(call(managerFor(server, { retry: { limit: 3, baseDelay: 0 } }), file));
    expect(error).toMatchObject({
      name: "InvalidInputError",
      retryable: false,
      message: expect.stringMatching(/^Cannot upload .* cannot be read$/),
      cause: { name: "NotReadableError", message: "The file has gone" },
    });
    expect(reads).toBe(1);
    expect(server.requests).toEqual([]);
  });

  test("that has become shorter ends the call, and is never sent in part", async () => {
    const server = await startRecordingServer();
    const file = spoilt(() => Promise.resolve(PNG.slice(0, 7).buffer));
    const { error } = await settle(call(managerFor(server, { retry: { limit: 3, baseDelay: 0 } }), file));
    expect(error).toMatchObject({
      name: "InvalidInputError",
      retryable: false,
      message: expect.stringMatching(/^Cannot upload .* has changed: 7 bytes were read in the place of \d+$/),
    });
    expect(server.requests).toEqual([]);
  });
});

test("an image in a list is named by its place; so is a hole in the list", async () => {
  const server = await startRecordingServer();
  // deno-lint-ignore no-sparse-arrays
  const image = [new Blob([PNG]), , new Blob([PNG])] as unknown as BinaryInput[];
  const { error } = await settle(managerFor(server).uploadImage({ image }));
  expect(error).toMatchObject({ message: "Cannot upload the images: image[1] must be bytes or a Blob, not undefined" });
  expect(server.requests).toEqual([]);
});
