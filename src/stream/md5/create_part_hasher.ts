import { defaultBackend } from "./default_backend.ts";
import type { PartHasher } from "./md5_backend.ts";

export type { PartHasher } from "./md5_backend.ts";

/**
 * Makes a hasher for one file. It needs no closing, and any number may be alive at once.
 *
 * @returns The hasher, which has seen no part.
 */
export async function createPartHasher(): Promise<PartHasher> {
  return (await defaultBackend()).createPartHasher();
}
