import { createMD5 } from "hash-wasm";
import { createHash } from "node:crypto";
import { defaultBackend } from "../src/stream/md5/default_backend.ts";

/** Hashes a file's parts and answers all digests that it computed. */
export type HashParts = (parts: readonly Uint8Array[]) => string[];

/** Does all that comes before the first byte, such as compiling. */
export type PrepareHashParts = () => Promise<HashParts>;

/** Who computes digests: each part's, and in `wholeAndParts` the whole file's, too. */
export interface DigestContender {
  wholeAndParts: PrepareHashParts;
  partsAlone: PrepareHashParts;
}

/** The kernel: one pass for two digests. */
const kernel: DigestContender = {
  wholeAndParts: async () => {
    const backend = await defaultBackend();
    return (parts) => {
      const hasher = backend.createPartHasher();
      return [...parts.map((part) => hasher.hashPart(part)), hasher.digest()];
    };
  },
  partsAlone: async () => {
    const backend = await defaultBackend();
    return (parts) => parts.map((part) => backend.md5(part));
  },
};

/** `hash-wasm` as its documentation shows it: an instance for each digest, used again and again. */
const hashWasm: DigestContender = {
  wholeAndParts: async () => {
    const [whole, single] = await Promise.all([createMD5(), createMD5()]);
    return (parts) => {
      whole.init();
      const digests = parts.map((part) => {
        whole.update(part);
        return single.init().update(part).digest();
      });
      return [...digests, whole.digest()];
    };
  },
  partsAlone: async () => {
    const single = await createMD5();
    return (parts) => parts.map((part) => single.init().update(part).digest());
  },
};

/** The runtime's own native code. */
const nodeCrypto: DigestContender = {
  wholeAndParts: () =>
    Promise.resolve((parts) => {
      const whole = createHash("md5");
      const digests = parts.map((part) => {
        whole.update(part);
        return createHash("md5").update(part).digest("hex");
      });
      return [...digests, whole.digest("hex")];
    }),
  partsAlone: () => Promise.resolve((parts) => parts.map((part) => createHash("md5").update(part).digest("hex"))),
};

/** Name of a contender. */
export type DigestContenderName = "kernel" | "hash-wasm" | "node:crypto";

/** All of them, by name. */
export const DIGEST_CONTENDERS: Record<DigestContenderName, DigestContender> = {
  "kernel": kernel,
  "hash-wasm": hashWasm,
  "node:crypto": nodeCrypto,
};

const MEBIBYTE = 1024 * 1024;

/**
 * Makes the largest product video that Shopee takes, 30 MiB, in parts of 4 MiB.
 *
 * @returns Its parts.
 */
export function videoParts(): Uint8Array[] {
  const words = Uint32Array.from({ length: 30 * MEBIBYTE / 4 }, (_, index) => Math.imul(index, 0x9e3779b1));
  const file = new Uint8Array(words.buffer);
  return Array.from({ length: 8 }, (_, seq) => file.subarray(4 * MEBIBYTE * seq, 4 * MEBIBYTE * (seq + 1)));
}
