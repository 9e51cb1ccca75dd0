import type { Storage, StoredFile } from "../../src/emulator/storage.ts";

/** Keeps in memory what an emulator was sent: nothing of it waits for a disk. */
export function openMemoryStorage(): Promise<Storage> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();

  function fileOf(name: string): StoredFile {
    const bytes = () => files.get(name) ?? new Uint8Array();
    return {
      size: async () => await bytes().length,
      read: async (start, end) => await bytes().slice(start, end),
      async write(more, start) {
        const whole = new Uint8Array(Math.max(bytes().length, start + more.length));
        whole.set(bytes());
        whole.set(more, start);
        await files.set(name, whole);
      },
      remove: async () => void await files.delete(name),
    };
  }

  return Promise.resolve({
    async create(name) {
      await files.set(name, new Uint8Array());
      return fileOf(name);
    },
    async close() {},
  });
}
