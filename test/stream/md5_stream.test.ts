import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Md5Stream, type Part, RechunkStream } from "../../mod.ts";
import { concat, cut, md5, noise } from "../support/bytes.ts";
import { CHUNK_KINDS } from "../support/chunk_kinds.ts";
import { forbidUnhandledRejections } from "../support/watches.ts";
import { settle } from "../support/settle.ts";
import { collect, sourceOf } from "../support/streams.ts";
import { runs } from "../support/full.ts";

forbidUnhandledRejections();

const EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e";

test("parts are numbered and hashed, and the whole is with them", async () => {
  const chunks = cut(noise(1000), 300);
  const hashed = new Md5Stream();
  const parts = await collect(sourceOf(chunks).stream.pipeThrough(hashed));
  expect(parts).toEqual(chunks.map((bytes, seq) => ({ seq, bytes, md5: md5(bytes) })));
  expect(await hashed.md5).toBe(md5(noise(1000)));
  expect(await hashed.size).toBe(1000);
});

test("nothing has the MD5 of nothing", async () => {
  const hashed = new Md5Stream();
  expect(await collect(sourceOf<BufferSource>([]).stream.pipeThrough(hashed))).toEqual([]);
  expect([await hashed.md5, await hashed.size]).toEqual([EMPTY_MD5, 0]);
});

// Around the sizes at which MD5 pads its last block, and some that are large.
test.each([1, 55, 56, 57, 63, 64, 65, 119, 120, 128, 65_535, 4_194_303, 4_194_304, 4_194_305])(
  "%d bytes in one part",
  async (size) => {
    const bytes = noise(size);
    const hashed = new Md5Stream();
    const [part] = await collect(sourceOf([bytes]).stream.pipeThrough(hashed));
    expect(part!.md5).toBe(md5(bytes));
    expect(await hashed.md5).toBe(md5(bytes));
  },
);

test("any bytes in any chunks and parts of any size have the MD5s that node:crypto finds", async () => {
  const lengths = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(lengths, fc.integer({ min: 1, max: 400 }), fc.integer(), async (lengths, partSize, seed) => {
      const chunks = lengths.map((length, index) => noise(length, seed + index));
      const whole = concat(chunks);
      const hashed = new Md5Stream();
      const parts = await collect(
        sourceOf<BufferSource>(chunks).stream.pipeThrough(new RechunkStream(partSize)).pipeThrough(hashed),
      );
      expect(parts.map((part) => part.md5)).toEqual(cut(whole, partSize).map(md5));
      expect(parts.map(({ seq }) => seq)).toEqual(parts.map((_, index) => index));
      expect(concat(parts.map(({ bytes }) => bytes))).toEqual(whole);
      expect(await hashed.md5).toBe(md5(whole));
      expect(await hashed.size).toBe(whole.length);
    }),
    { numRuns: runs(1_000) },
  );
});

test("any number of streams at once do not disturb each other", async () => {
  const digests = await Promise.all(Array.from({ length: 20 }, async (_, seed) => {
    const hashed = new Md5Stream();
    await collect(sourceOf(cut(noise(5000, seed), 333 + seed)).stream.pipeThrough(hashed));
    return await hashed.md5;
  }));
  expect(digests).toEqual(digests.map((_, seed) => md5(noise(5000, seed))));
});

test.each(Object.entries(CHUNK_KINDS))("a chunk may be a %s", async (_, kind) => {
  const bytes = noise(100);
  const [part] = await collect(sourceOf([kind(bytes)]).stream.pipeThrough(new Md5Stream()));
  expect(part).toEqual({ seq: 0, bytes, md5: md5(bytes) });
  expect(part!.bytes.buffer).toBeInstanceOf(ArrayBuffer);
});

test("a chunk is handed on as it is, without a copy", async () => {
  const chunk = noise(1000).subarray(100, 900);
  const [part] = await collect(sourceOf([chunk]).stream.pipeThrough(new Md5Stream()));
  expect(part!.bytes.buffer).toBe(chunk.buffer);
  expect(part!.bytes).toMatchObject({ byteOffset: 100, length: 800 });
});

describe("failures", () => {
  const reason = new Error("the disk is gone");

  /** What becomes of everything that somebody may wait for. */
  async function outcome(hashed: Md5Stream, parts: Promise<Part[]>) {
    const [md5, size, read] = await Promise.all([settle(hashed.md5), settle(hashed.size), settle(parts)]);
    return { md5: md5.error, size: size.error, read: read.error };
  }

  test("of the source", async () => {
    const hashed = new Md5Stream();
    const parts = collect(sourceOf([noise(10)], { error: reason }).stream.pipeThrough(hashed));
    expect(await outcome(hashed, parts)).toEqual({ md5: reason, size: reason, read: reason });
  });

  test("of the writer", async () => {
    const hashed = new Md5Stream();
    const parts = collect(hashed.readable);
    const writer = hashed.writable.getWriter();
    await writer.write(noise(10));
    await writer.abort(reason);
    expect(await outcome(hashed, parts)).toEqual({ md5: reason, size: reason, read: reason });
    await settle(writer.closed);
  });

  test("of the reader: it cancels, and the source hears why", async () => {
    const source = sourceOf([noise(10), noise(10)]);
    const hashed = new Md5Stream();
    const reader = source.stream.pipeThrough(hashed).getReader();
    await reader.read();
    await reader.cancel(reason);
    expect((await settle(hashed.md5)).error).toBe(reason);
    expect((await settle(hashed.size)).error).toBe(reason);
    expect(source.cancelled()?.reason).toBe(reason);
  });

  test("of a chunk that is no bytes", async () => {
    const hashed = new Md5Stream();
    const { md5, size, read } = await outcome(
      hashed,
      collect(sourceOf(["a text" as never]).stream.pipeThrough(hashed)),
    );
    expect(md5).toMatchObject({ name: "InvalidInputError" });
    expect(size).toBe(md5);
    expect(read).toBe(md5);
  });

  test("that nobody asks about disturb nobody", async () => {
    const failed = [
      collect(sourceOf([noise(10)], { error: reason }).stream.pipeThrough(new Md5Stream())),
      collect(sourceOf([17 as never]).stream.pipeThrough(new Md5Stream())),
    ];
    for (const parts of failed) expect(await settle(parts)).toHaveProperty("error");
  });
});
