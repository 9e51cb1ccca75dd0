import type { Md5Backend, PartHasher } from "./md5_backend.ts";

/** The shortest WebAssembly module there is: its magic number and version. */
const EMPTY_MODULE = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);

/**
 * Makes digests with `hash-wasm`, which reads the bytes twice: once for the part, once for the file. One instance of it
 * serves all hashers, which keep their file's state.
 *
 * @returns The backend, not yet proven.
 * @throws {WebAssembly.CompileError} Where the platform or a content security policy forbids to generate code.
 * @throws {ReferenceError} Where there is no WebAssembly.
 */
export async function loadHashWasmBackend(): Promise<Md5Backend> {
  // Where code generation is refused, as in Cloudflare Workers, hash-wasm never lets go of its lock and hangs whoever
  // asks next. So it is not asked there.
  await WebAssembly.compile(EMPTY_MODULE);
  const { createMD5 } = await import("hash-wasm");
  const instance = await createMD5();

  function md5(bytes: Uint8Array): string {
    return instance.init().update(bytes).digest();
  }

  function createPartHasher(): PartHasher {
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
