import { type ByteChunk, describeSource, isBlob, isBytes, toBytes } from "../../bytes.ts";
import { isShopeeMediaError } from "../../error_guards.ts";
import { InvalidInputError, RefusedFileError } from "../../errors.ts";
import type { BinaryInput } from "../../platform/types/envelope.ts";
import { checkImageFile } from "../../preflight/check_image.ts";
import type { ReadableFile } from "../../preflight/readable_file.ts";

/** Where the bytes of an image may come from: bytes, a blob or a `File`, a `fileSource` of `shopee-media/node`. */
export type ImageSource = ByteChunk | Blob | ReadableFile;

/**
 * Brings an image into the shape in which it is sent, and looks at it first.
 *
 * @param source What the caller gave.
 * @param options Whether to look at it, and what ends that.
 * @returns The image.
 * @throws {InvalidInputError} It is no image source, cannot be read, or Shopee would refuse it.
 */
export async function openImage(
  source: ImageSource,
  { preflight, signal }: { preflight: boolean; signal?: AbortSignal | undefined },
): Promise<BinaryInput> {
  try {
    const file = toFile(source);
    if (preflight) {
      const { broken } = await checkImageFile(file, { signal });
      if (broken.length > 0) throw new RefusedFileError("image", broken);
    }
    if (file.size === 0) throw new InvalidInputError("Cannot upload the image: it is empty");
    if (isBlob(file)) return file;
    const { size, name } = file as ReadableFile & { name?: string | undefined };
    return new File([await file.slice(0, size).arrayBuffer()], name ?? "");
  } catch (cause) {
    signal?.throwIfAborted();
    if (isShopeeMediaError(cause)) throw cause;
    throw new InvalidInputError("Cannot upload the image: it cannot be read", { cause });
  }
}

function toFile(source: ImageSource): Blob | ReadableFile {
  if (isBytes(source)) return new Blob([toBytes(source)]);
  const isFile = typeof source === "object" && source !== null && typeof source.slice === "function" &&
    typeof source.size === "number";
  if (isFile) return source;
  throw new InvalidInputError(
    `Cannot upload the image: it must be a Blob, bytes or a fileSource, not ${describeSource(source)}`,
  );
}
