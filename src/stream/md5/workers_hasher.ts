import { toHex } from "../../bytes.ts";
import type { PartHasher } from "./md5_backend.ts";

/** What Workers have besides the standard: a sink that digests what is written into it. */
interface DigestStream extends WritableStream<Uint8Array> {
  /** The digest, once the stream is closed. */
  readonly digest: Promise<ArrayBuffer>;
}

/** Web Crypto of Workers, which alone knows MD5. */
interface WorkersCrypto {
  readonly subtle: SubtleCrypto;
  readonly DigestStream?: (new (algorithm: "MD5") => DigestStream) | undefined;
}

const ABC_MD5 = "900150983cd24fb0d6963f7d28e17f72";

/**
 * Tells how Workers make digests: by code of their own, since WebAssembly may not be compiled there, and plain code takes
 * twice as long (64 MiB in parts of 4 MiB: 600 ms, not 320). A hasher's `digest` can be asked for once, at the end.
 *
 * @returns Makes a hasher; nothing where the platform does not know MD5.
 */
export async function loadWorkersHasher(): Promise<(() => PartHasher) | undefined> {
  const { subtle, DigestStream } = crypto as unknown as WorkersCrypto;
  if (DigestStream === undefined) return undefined;

  async function md5(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
    return toHex(new Uint8Array(await subtle.digest("MD5", bytes)));
  }

  function createHasher(): PartHasher {
    const whole = new DigestStream!("MD5");
    const writer = whole.getWriter();
    // Of an upload that fails, nobody asks for it.
    whole.digest.catch(() => {});
    return {
      async hashPart(bytes) {
        const [digest] = await Promise.all([md5(bytes as Uint8Array<ArrayBuffer>), writer.write(bytes)]);
        return digest;
      },
      async digest() {
        await writer.close();
        return toHex(new Uint8Array(await whole.digest));
      },
    };
  }

  try {
    const hasher = createHasher();
    const part = await hasher.hashPart(new TextEncoder().encode("abc"));
    return part === ABC_MD5 && await hasher.digest() === ABC_MD5 ? createHasher : undefined;
  } catch {
    return undefined;
  }
}
