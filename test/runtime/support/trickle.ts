import { bytesOf } from "./bytes_of.ts";

/** Most of a file in a few large chunks, and then byte by byte: it takes far longer than any test lasts. */
export function trickle(file: Blob): ReadableStream<Uint8Array<ArrayBuffer>> {
  const flood = 0.8 * file.size;
  let offset = 0;
  return new ReadableStream({
    async pull(controller) {
      if (offset >= flood) await new Promise((resolve) => setTimeout(resolve, 5));
      const size = offset < flood ? 500_000 : 1;
      controller.enqueue(await bytesOf(file.slice(offset, offset += size)));
    },
  });
}
