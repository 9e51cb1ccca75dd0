import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RechunkStream } from "../../mod.ts";
import { concat, cut, noise } from "../support/bytes.ts";
import { CHUNK_KINDS } from "../support/chunk_kinds.ts";
import { countCopies } from "../support/count_copies.ts";
import { quiet, settle, until } from "../support/settle.ts";
import { collect, sourceOf } from "../support/streams.ts";
import { forbidUnhandledRejections } from "../support/watches.ts";
import { runs } from "../support/full.ts";

forbidUnhandledRejections();

const MIB = 1 << 20;

function rechunk(chunks: Iterable<BufferSource>, partSize: number): Promise<Uint8Array<ArrayBuffer>[]> {
  return collect(sourceOf(chunks).stream.pipeThrough(new RechunkStream(partSize)));
}

/** The same bytes, in chunks of these lengths and then the rest. */
function chunksOf(bytes: Uint8Array<ArrayBuffer>, lengths: readonly number[]): Uint8Array<ArrayBuffer>[] {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (const length of lengths) {
    chunks.push(bytes.subarray(offset, offset + length));
    offset = Math.min(bytes.length, offset + length);
  }
  return [...chunks, bytes.subarray(offset)];
}

test.each([
  ["nothing", 0, [], 4, []],
  ["nothing, in empty chunks", 0, [0, 0, 0], 4, []],
  ["one byte", 1, [], 4, [1]],
  ["one byte between empty chunks", 1, [0, 1, 0], 4, [1]],
  ["a part less one byte", 3, [], 4, [3]],
  ["exactly one part", 4, [], 4, [4]],
  ["exactly one part, byte by byte", 4, [1, 1, 1, 1], 4, [4]],
  ["a part and one byte", 5, [], 4, [4, 1]],
  ["exact multiples in one chunk", 12, [], 4, [4, 4, 4]],
  ["exact multiples across chunks", 12, [3, 6, 3], 4, [4, 4, 4]],
  ["a tail", 10, [7], 4, [4, 4, 2]],
  ["chunks of exactly a part", 9, [4, 4], 4, [4, 4, 1]],
  ["parts of one byte", 3, [2], 1, [1, 1, 1]],
  ["a part larger than all", 10, [3, 3], 100, [10]],
])("%s", async (_, size, lengths, partSize, expected) => {
  const bytes = noise(size);
  const parts = await rechunk(chunksOf(bytes, lengths), partSize);
  expect(parts.map(({ length }) => length)).toEqual(expected);
  expect(concat(parts)).toEqual(bytes);
});

test("any bytes in any chunks of any kind become parts of exactly one size", async () => {
  const kinds = fc.constantFrom(...Object.values(CHUNK_KINDS));
  const chunks = fc.array(fc.tuple(fc.integer({ min: 0, max: 97 }), kinds), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 120 }), chunks, fc.integer(), async (partSize, lengths, seed) => {
      const bytes = noise(lengths.reduce((sum, [length]) => sum + length, 0), seed);
      const pieces = chunksOf(bytes, lengths.map(([length]) => length)).slice(0, -1);
      const parts = await rechunk(pieces.map((piece, index) => lengths[index]![1](piece)), partSize);
      expect(parts).toEqual(cut(bytes, partSize));
    }),
    { numRuns: runs(1_000) },
  );
});

describe("chunks", () => {
  const bytes = noise(50);

  test.each(Object.entries(CHUNK_KINDS))("may be a %s", async (_, kind) => {
    const parts = await rechunk([kind(bytes.subarray(0, 8)), kind(bytes.subarray(8, 28)), kind(bytes.subarray(28))], 8);
    expect(parts).toEqual(cut(bytes, 8));
    // Plain arrays that a request body can be made of, whatever came in.
    for (const part of parts) {
      expect(Object.getPrototypeOf(part)).toBe(Uint8Array.prototype);
      expect(part.buffer).toBeInstanceOf(ArrayBuffer);
    }
  });

  test.each(["a text", "", 17, null, [1, 2], { length: 3 }, new Blob(["x"])])("may not be %j", async (chunk) => {
    const source = sourceOf([noise(3), chunk as never]);
    const { error } = await settle(collect(source.stream.pipeThrough(new RechunkStream(2))));
    expect(error).toMatchObject({ name: "InvalidInputError" });
    expect(source.cancelled()?.reason).toBe(error);
  });

  test("that are texts get an advice", async () => {
    await expect(rechunk(["a text" as never], 2)).rejects.toThrow(/string.*encode/);
  });
});

test.each([0, -1, 1.5, NaN, Infinity, 2 ** 53, "4", undefined])("a part size of %j is refused", (partSize) => {
  expect(() => new RechunkStream(partSize as number))
    .toThrow(expect.objectContaining({ name: "InvalidInputError", message: expect.stringContaining(`${partSize}`) }));
});

describe("memory", () => {
  test("a chunk of 64 MiB is handed on in views, without a copy", async () => {
    const chunk = new Uint8Array(64 * MIB);
    const count = countCopies();
    const parts = await rechunk([chunk], 4 * MIB);
    expect(parts).toHaveLength(16);
    parts.forEach((part, seq) => {
      expect(part.buffer).toBe(chunk.buffer);
      expect(part.byteOffset).toBe(seq * 4 * MIB);
      expect(part.length).toBe(4 * MIB);
    });
    expect(count).toEqual({ copied: 0, allocated: 0 });
  });

  test("a chunk that is a whole part is handed on as it is, whatever lies around it in its buffer", async () => {
    const chunk = new Uint8Array(100).subarray(10, 74);
    const [part] = await rechunk([chunk], 64);
    expect(part).toMatchObject({ byteOffset: 10, length: 64 });
    expect(part!.buffer).toBe(chunk.buffer);
  });

  test.each([1, 7, 1000, 4095, 4096, 4097, 8192, 60_000])(
    "each byte is copied at most once, into buffers that are no larger than the parts: chunks of %d bytes",
    async (length) => {
      const size = 50_000;
      const bytes = noise(size);
      const chunks = chunksOf(bytes, Array(Math.ceil(size / length)).fill(length));
      const count = countCopies();
      const parts = await rechunk(chunks, 4096);
      const { copied, allocated } = count;
      expect(copied).toBeLessThanOrEqual(size);
      expect(allocated).toBeLessThanOrEqual(Math.ceil(size / 4096) * 4096);
      expect(parts).toEqual(cut(bytes, 4096));
    },
  );

  test("a part that was handed out is never written to again", async () => {
    const chunks = chunksOf(noise(1000), Array(40).fill(24));
    const reader = sourceOf(chunks).stream.pipeThrough(new RechunkStream(64)).getReader();
    const { value: first } = await reader.read();
    const before = first!.slice();
    while (!(await reader.read()).done);
    expect(first).toEqual(before);
  });
});

describe("flow", () => {
  test("nothing is read from the source before somebody reads, and no more than is asked for after", async () => {
    const source = sourceOf(Array.from({ length: 1000 }, () => new Uint8Array(10)));
    const reader = source.stream.pipeThrough(new RechunkStream(40)).getReader();
    await quiet();
    // Streams may take one chunk ahead; Bun's pipe takes a few.
    const ahead = 8;
    expect(source.pulls()).toBeLessThanOrEqual(ahead);
    for (let part = 1; part <= 5; part++) {
      await reader.read();
      expect(source.pulls()).toBeLessThanOrEqual(part * 4 + ahead);
    }
    await reader.cancel();
  });

  test("cancel reaches the source with its reason", async () => {
    const source = sourceOf([noise(10), noise(10)]);
    const reader = source.stream.pipeThrough(new RechunkStream(3)).getReader();
    await reader.read();
    const reason = new Error("no more, please");
    await reader.cancel(reason);
    await until(() => source.cancelled() !== undefined);
    expect(source.cancelled()!.reason).toBe(reason);
  });

  test.each([[new Error("the disk is gone")], ["a text"], [undefined]])(
    "what the source fails with arrives: %s",
    async (reason) => {
      const source = sourceOf([noise(10)], { error: reason });
      expect(await settle(collect(source.stream.pipeThrough(new RechunkStream(4))))).toEqual({ error: reason });
    },
  );

  test("what the writer aborts with arrives", async () => {
    const stream = new RechunkStream(4);
    const reason = new Error("never mind");
    const read = settle(collect(stream.readable));
    const writer = stream.writable.getWriter();
    await writer.write(noise(2));
    await writer.abort(reason);
    expect((await read).error).toBe(reason);
    await settle(writer.closed);
  });
});
