import { ShopeeMediaError } from "../errors.ts";

/**
 * Makes sure that nothing is missing before an upload is completed.
 *
 * @param acked Bytes of each acknowledged part, by its number.
 * @param size Bytes in the whole file.
 * @returns The part numbers, in order.
 * @throws {ShopeeMediaError} A part is missing, or the bytes do not add up.
 */
export function checkAllParts(acked: ReadonlyMap<number, number>, size: number): number[] {
  const parts = [...acked.keys()].sort((a, b) => a - b);
  const missing = parts.findIndex((seq, index) => seq !== index);
  if (missing !== -1) throw new ShopeeMediaError(`Cannot complete the upload: part ${missing} was not acknowledged`);
  const sum = [...acked.values()].reduce((sum, bytes) => sum + bytes, 0);
  if (sum === size) return parts;
  throw new ShopeeMediaError(`Cannot complete the upload: ${sum} of its ${size} bytes were acknowledged`);
}
