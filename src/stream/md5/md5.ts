import { defaultBackend } from "./default_backend.ts";

/**
 * Computes one MD5.
 *
 * @param bytes The message.
 * @returns Its MD5 in lower-case hex.
 */
export async function md5(bytes: Uint8Array): Promise<string> {
  return (await defaultBackend()).md5(bytes);
}
