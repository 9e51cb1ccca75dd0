import { afterEach, describe, expect, test, vi } from "vitest";
import { inspectImage, type ReadableFile } from "../../src/preflight/mod.ts";
import { readMp4 } from "../../src/preflight/inspect_video.ts";
import { hostilePictures, hostileVideos, MAX_SIZE } from "./hostile.ts";

const MEBIBYTE = 2 ** 20;

/** Counts what is read of bytes. */
function countReads(bytes: Uint8Array<ArrayBuffer>): ReadableFile & { bytesRead: number } {
  return {
    size: bytes.byteLength,
    bytesRead: 0,
    slice(start, end) {
      const range = bytes.slice(start, Math.min(end, bytes.byteLength));
      this.bytesRead += range.byteLength;
      return { arrayBuffer: () => Promise.resolve(range.buffer) };
    },
  };
}

async function settle(work: Promise<unknown>): Promise<void> {
  await work.catch((error) => expect(error).toMatchObject({ name: "InvalidInputError" }));
}

test.each([...hostileVideos, ...hostilePictures])("a mebibyte at most: $name", ({ bytes }) => {
  expect(bytes.byteLength).toBeLessThanOrEqual(MAX_SIZE);
});

describe("a video costs no more than its size allows for", () => {
  test.each(hostileVideos)("$name", async ({ bytes }) => {
    const file = countReads(bytes);
    const work = { boxes: 0, bytesRead: 0, bytesAllocated: 0 };
    await settle(readMp4(file, { work }));
    expect(work.bytesRead).toBe(file.bytesRead);
    // Each byte once, and some of them again: what was read ahead of a box that is then loaded as a whole.
    expect(work.bytesRead).toBeLessThanOrEqual(1.1 * bytes.byteLength + 4096);
    // There is one for every eight bytes at most.
    expect(work.boxes).toBeLessThanOrEqual(bytes.byteLength / 8);
    expect(work.bytesAllocated).toBeLessThanOrEqual(16 * MEBIBYTE);
  });
});

describe("a picture costs no more than its size allows for", () => {
  afterEach(() => void vi.unstubAllGlobals());

  test.each(hostilePictures)("$name", async ({ bytes }) => {
    const file = countReads(bytes);
    const memory = { taken: 0 };
    for (const name of ["Uint8Array", "Uint16Array"] as const) vi.stubGlobal(name, counted(globalThis[name], memory));
    vi.stubGlobal("DecompressionStream", countedStream(memory));
    await settle(inspectImage(file));
    expect(file.bytesRead).toBeLessThanOrEqual(bytes.byteLength + 32);
    expect(memory.taken + file.bytesRead).toBeLessThanOrEqual(16 * MEBIBYTE);
  });
});

/** A kind of array that counts the memory which it takes. */
function counted<Type extends new (...args: never[]) => ArrayBufferView>(type: Type, memory: { taken: number }): Type {
  return new Proxy(type, {
    construct(target, args, newTarget) {
      const made = Reflect.construct(target, args, newTarget) as ArrayBufferView;
      if (!(args[0] instanceof ArrayBuffer)) memory.taken += made.byteLength;
      return made;
    },
  });
}

/** What unpacks, and counts what comes out of it. */
function countedStream(memory: { taken: number }) {
  const Original = globalThis.DecompressionStream;
  return function () {
    const { writable, readable } = new Original("deflate-raw");
    const counter = new TransformStream<Uint8Array, Uint8Array>(
      {
        transform(chunk, controller) {
          memory.taken += chunk.byteLength;
          controller.enqueue(chunk);
        },
      },
      undefined,
      { highWaterMark: 0 },
    );
    return { writable, readable: readable.pipeThrough(counter) };
  };
}
