import { expect, test } from "vitest";
import { createPartUploadSink, Md5Stream, type Part, RechunkStream } from "../../mod.ts";
import { bytesOf, firstDifference, noise } from "../support/bytes.ts";
import { referenceMd5 } from "../support/runtime.ts";

const PART_SIZE = 100_000;
const file = noise(1_050_000, 3);

test.each([1_000, 99_999, 100_000, 100_001, 350_000, 2_000_000])("chunks of %i bytes become parts", async (size) => {
  const hashed = new Md5Stream();
  const parts: Part[] = [];
  let inFlight = 0;
  let mostInFlight = 0;
  const sink = createPartUploadSink({
    concurrency: 2,
    async upload(part) {
      mostInFlight = Math.max(mostInFlight, ++inFlight);
      await new Promise((resolve) => setTimeout(resolve));
      parts.push(part);
      inFlight--;
    },
  });

  await chunksOf(file, size).pipeThrough(new RechunkStream(PART_SIZE)).pipeThrough(hashed).pipeTo(sink);

  expect(inFlight).toBe(0);
  expect(mostInFlight).toBe(2);
  parts.sort((a, b) => a.seq - b.seq);
  expect(parts.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(parts.map(({ bytes }) => bytes.length)).toEqual([...Array(10).fill(PART_SIZE), 50_000]);
  expect(firstDifference(await bytesOf(new Blob(parts.map(({ bytes }) => bytes))), file)).toBe(-1);
  for (const { bytes, md5 } of parts) expect(md5).toBe(await referenceMd5(bytes));
  expect(await hashed.md5).toBe(await referenceMd5(file));
  expect(await hashed.size).toBe(file.length);
});

test("a part that fails stops the chain, for its own reason", async () => {
  const reason = new Error("The line is dead");
  const uploads: number[] = [];
  const sink = createPartUploadSink({
    async upload({ seq }) {
      uploads.push(seq);
      await Promise.resolve();
      if (seq === 1) throw reason;
    },
  });

  const parts = chunksOf(file, 1_000).pipeThrough(new RechunkStream(PART_SIZE)).pipeThrough(new Md5Stream());
  const chain = parts.pipeTo(sink);

  await expect(chain).rejects.toBe(reason);
  expect(uploads.length).toBeLessThan(11);
});

function chunksOf(bytes: Uint8Array<ArrayBuffer>, size: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  let offset = 0;
  return new ReadableStream({
    pull(controller) {
      if (offset >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(offset, offset += size));
    },
  });
}
