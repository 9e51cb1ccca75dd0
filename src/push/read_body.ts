import { InvalidInputError } from "../errors.ts";

/** The statuses that {@linkcode readBody} refuses with: the body broke off, or it is too large. */
export type BodyRefusal = 400 | 413;

/**
 * Reads the raw body of a request, but stops as soon as it is larger than `limit`, whatever `Content-Length` says.
 *
 * @returns The bytes, or the HTTP status to refuse the request with.
 */
export async function readBody(request: Request, limit: number): Promise<Uint8Array | BodyRefusal> {
  if (request.bodyUsed) {
    throw new InvalidInputError(
      "Cannot verify pushes: the request's body was read before, let no body parser see it: the raw bytes are signed",
    );
  }
  if (!request.body) return new Uint8Array();
  if (Number(request.headers.get("content-length")) > limit) {
    await request.body.cancel();
    return 413;
  }

  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  try {
    // Leaving the loop cancels the stream.
    for await (const chunk of request.body) {
      size += chunk.byteLength;
      if (size > limit) return 413;
      chunks.push(chunk);
    }
  } catch {
    return 400;
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
