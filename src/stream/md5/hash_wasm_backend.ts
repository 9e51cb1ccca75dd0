import { toHex } from "../../bytes.ts";
import type { Md5Backend, SyncPartHasher } from "./md5_backend.ts";

/** What the module of `hash-wasm` exports. */
interface HashWasmExports {
  memory: WebAssembly.Memory;
  /** Address of the input, and of a digest. */
  Hash_GetBuffer(): number;
  /** Address of all that is known of a message so far. */
  Hash_GetState(): number;
  STATE_SIZE: WebAssembly.Global<"i32">;
  Hash_Init(): void;
  Hash_Update(length: number): void;
  Hash_Final(): void;
}

/** Size of the input in its memory. */
const INPUT_SIZE = 16 * 1024;

/**
 * Makes digests with the WebAssembly module of `hash-wasm`, which reads the bytes twice: once for the part, once for the
 * file. One instance of it serves all hashers, which keep their file's state.
 *
 * @returns The backend, not yet proven.
 * @throws {WebAssembly.CompileError} Where the platform or a content security policy forbids to generate code.
 * @throws {ReferenceError} Where there is no WebAssembly.
 */
export async function loadHashWasmBackend(): Promise<Md5Backend> {
  const { HASH_WASM_HEX } = await import("./hash_wasm.generated.ts");
  const module = Uint8Array.from(HASH_WASM_HEX.match(/../g)!, (byte) => parseInt(byte, 16));
  const { instance } = await WebAssembly.instantiate(module);
  const hash = instance.exports as unknown as HashWasmExports;
  const input = new Uint8Array(hash.memory.buffer, hash.Hash_GetBuffer(), INPUT_SIZE);
  const stateSize = new DataView(hash.memory.buffer).getUint32(hash.STATE_SIZE.value, true);
  const state = new Uint8Array(hash.memory.buffer, hash.Hash_GetState(), stateSize);

  function update(bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.length; offset += INPUT_SIZE) {
      const step = bytes.subarray(offset, offset + INPUT_SIZE);
      input.set(step);
      hash.Hash_Update(step.length);
    }
  }

  function digest(): string {
    hash.Hash_Final();
    return toHex(input.subarray(0, 16));
  }

  function md5(bytes: Uint8Array): string {
    hash.Hash_Init();
    update(bytes);
    return digest();
  }

  function createPartHasher(): SyncPartHasher {
    hash.Hash_Init();
    const whole = state.slice();

    return {
      hashPart(bytes) {
        state.set(whole);
        update(bytes);
        whole.set(state);
        return md5(bytes);
      },
      digest() {
        state.set(whole);
        return digest();
      },
    };
  }

  return { name: "hash-wasm", createPartHasher, md5 };
}
