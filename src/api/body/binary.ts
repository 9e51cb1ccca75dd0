import { describeSource, isBlob, isBytes, toBytes } from "../../bytes.ts";
import { InvalidInputError } from "../../errors.ts";

/** Bytes that can be sent: a `Blob` is one of this realm, since `fetch` takes any other for a text. */
export type Binary = Uint8Array<ArrayBuffer> | Blob;

/**
 * Takes what was given as the bytes of a file.
 *
 * @param input Bytes of any kind, or a `Blob` of any realm. The bytes of a view stay where they are.
 * @param what Names it, to begin a sentence with, such as `Cannot upload part 3: part_content`.
 * @throws {InvalidInputError} It is something else, it is empty, or it cannot be read.
 */
export async function toBinary(input: unknown, what: string): Promise<Binary> {
  if (!isBytes(input) && !isBlob(input)) {
    // Not done here: what can be read only once cannot be sent again.
    const hint = isReadOnce(input) ? ": read it into a Blob first" : "";
    throw new InvalidInputError(`${what} must be bytes or a Blob, not ${describeSource(input)}${hint}`);
  }
  if (sizeOf(input) === 0) throw new InvalidInputError(`${what} is empty`);
  if (isBytes(input)) return toBytes(input);
  if (isOwn(input)) return input;
  const { name } = input as Blob & { name?: unknown | undefined };
  const bytes = new Uint8Array(await readable(input.arrayBuffer(), what));
  return typeof name === "string" ? new File([bytes], name) : bytes;
}

/** Bytes in all. */
export function sizeOf(data: ArrayBufferLike | ArrayBufferView | Blob): number {
  return isBytes(data) ? data.byteLength : data.size;
}

/**
 * Reads the bytes from `start` to `end` (exclusive), or to the last: those in memory are not copied.
 *
 * @throws {InvalidInputError} A `Blob` cannot be read, or has fewer bytes than it says.
 */
export async function readBytes(
  data: Binary,
  { start = 0, end = Infinity, what }: { start?: number | undefined; end?: number | undefined; what: string },
): Promise<Uint8Array<ArrayBuffer>> {
  if (isBytes(data)) return toBytes(data).subarray(start, end);
  const last = Math.min(end, data.size);
  const bytes = new Uint8Array(await readable(data.slice(start, last).arrayBuffer(), what));
  if (bytes.length === last - start) return bytes;
  throw new InvalidInputError(`${what} has changed: ${bytes.length} bytes were read in the place of ${last - start}`);
}

/** Whether it is a stream, or an answer or a request with one. */
function isReadOnce(input: unknown): boolean {
  return typeof input === "object" && input !== null && ("getReader" in input || "bodyUsed" in input);
}

// A plain boolean: as a type guard it would rule out all others.
function isOwn(blob: Blob): boolean {
  return blob instanceof Blob;
}

async function readable<Value>(reading: Promise<Value>, what: string): Promise<Value> {
  try {
    return await reading;
  } catch (cause) {
    throw new InvalidInputError(`${what} cannot be read`, { cause });
  }
}
