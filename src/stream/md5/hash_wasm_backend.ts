import type { Md5Backend, SyncPartHasher } from "./md5_backend.ts";

/**
 * Makes digests with `hash-wasm`, which reads the bytes twice: once for the part, once for the file. One instance of it
 * serves all hashers, which keep their file's state.
 *
 * @returns The backend, not yet proven.
 * @throws {WebAssembly.CompileError} Where the platform or a content security policy forbids to generate code.
 * @throws {ReferenceError} Where there is no WebAssembly.
 */
export async function loadHashWasmBackend(): Promise<Md5Backend> {
  // Not its shorthand `md5`, which, once refused to generate code as in Cloudflare Workers, hangs whoever asks next.
  const { createMD5 } = await import("./hash_wasm.ts");
  const instance = await createMD5();

  function md5(bytes: Uint8Array): string {
    return instance.init().update(bytes).digest();
  }

  function createPartHasher(): SyncPartHasher {
    let whole = instance.init().save();

    function hashPart(bytes: Uint8Array): string {
      whole = instance.load(whole).update(bytes).save();
      return md5(bytes);
    }

    function digest(): string {
      return instance.load(whole).digest();
    }

    return { hashPart, digest };
  }

  return { name: "hash-wasm", createPartHasher, md5 };
}
