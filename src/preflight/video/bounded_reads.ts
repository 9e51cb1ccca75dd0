import type { CustomSourceOptions } from "mediabunny";

/** Bytes in the smallest box that a parser may have to look at. */
const BOX_SIZE = 8;
const FEW_READS = 1_000;

/**
 * Lets mediabunny read from bytes, but not more often than there can be boxes in them: version 1.61 looks for the next
 * element of some damaged WebM files for ever, in one go, so that not even a timer gets in between.
 */
export function boundedReads(bytes: Uint8Array): CustomSourceOptions {
  let readsLeft = FEW_READS + bytes.byteLength / BOX_SIZE;
  return {
    // A cache would answer reads that are then not counted.
    maxCacheSize: 0,
    getSize: () => bytes.byteLength,
    read: (start, end) => {
      readsLeft -= 1;
      if (readsLeft < 0) throw new RangeError("The parser goes round in circles");
      return bytes.subarray(start, end);
    },
  };
}
