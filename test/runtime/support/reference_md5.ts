import { md5 } from "hash-wasm";
import { runtime } from "./runtime.ts";

/** Lower-case hex MD5 by another implementation: `hash-wasm`, or what Workers have in its place. */
export async function referenceMd5(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (runtime !== "workerd") return await md5(bytes);
  const digest = new Uint8Array(await crypto.subtle.digest("MD5", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
