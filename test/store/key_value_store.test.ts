import fc from "fast-check";
import { createStorage, prefixStorage } from "unstorage";
import { describe, expect, test } from "vitest";
import { createMemoryStore, type KeyValueStore } from "../../mod.ts";
import { createFolderStore } from "../../src/node/mod.ts";
import type { StoredValue } from "../../src/store/key_value_store.ts";
import { takeKey } from "../../src/store/key_value_store.ts";
import { temporaryFolder } from "../support/files.ts";

/** Every store that this package makes or says to take. */
const STORES: [string, () => KeyValueStore | Promise<KeyValueStore>][] = [
  ["createMemoryStore", createMemoryStore],
  ["createFolderStore", async () => createFolderStore(`${await temporaryFolder()}/made when needed`)],
  ["unstorage", () => createStorage()],
  ["a prefix of unstorage", () => prefixStorage(createStorage(), "uploads")],
];

/** Keys as this package and its users make them: names of files, and such as `shopee-media:token:1:2`. */
const key = fc.stringMatching(/^[a-z0-9_-]{1,12}(:[a-z0-9_-]{1,12}){0,3}(\.mp4)?$/);

const scalar = fc.oneof(fc.string({ unit: "grapheme" }), fc.integer(), fc.boolean(), fc.constant(null));
// The names that some parsers of JSON leave out for safety's sake.
const name = fc.string().filter((name) => !["__proto__", "constructor", "prototype"].includes(name));
const value: fc.Arbitrary<StoredValue> = fc.letrec<{ value: StoredValue }>((tie) => ({
  value: fc.dictionary(name, fc.oneof({ maxDepth: 3 }, scalar, tie("value")), { maxKeys: 5, noNullPrototype: true }),
})).value;

describe.each(STORES)("%s", (_, createStore) => {
  test("has nothing under a key that was never set, and forgets it without complaint", async () => {
    const store = await createStore();
    expect(await store.get("shoes.mp4") ?? undefined).toBeUndefined();
    await store.remove("shoes.mp4");
    expect(await store.get("shoes.mp4") ?? undefined).toBeUndefined();
  });

  test("gives back any plain data as it was set, under any key, until it is set anew or removed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.tuple(key, value, value), { selector: ([key]) => key }), async (entries) => {
        const store = await createStore();
        for (const [key, first] of entries) await store.set(key, first);
        for (const [key, first] of entries) expect(await store.get(key)).toEqual(first);
        for (const [key, , second] of entries) await store.set(key, second);
        for (const [key, , second] of entries) {
          expect(await store.get(key)).toEqual(second);
          await store.remove(key);
          expect(await store.get(key) ?? undefined).toBeUndefined();
        }
      }),
      { numRuns: 20 },
    );
  });

  test("keeps what was set, whatever becomes of the object", async () => {
    const store = await createStore();
    const given = { session: { id: "sg_1" } };
    await store.set("shoes.mp4", given);
    given.session.id = "sg_2";
    expect(await store.get("shoes.mp4")).toEqual({ session: { id: "sg_1" } });
  });

  test("has one whole value or another when several are set at once", async () => {
    const store = await createStore();
    const values = Array.from({ length: 10 }, (_, seq) => ({ seq, filling: `${seq}`.repeat(10_000) }));
    await Promise.all(values.map((value) => store.set("shoes.mp4", value)));
    expect(values).toContainEqual(await store.get("shoes.mp4"));
  });

  test("lets one at a time take a key, and takes it again when it was given back", async () => {
    const store = await createStore();
    const [first, second] = await Promise.all([takeKey(store, "shoes.mp4"), takeKey(store, "shoes.mp4")]);
    expect([first, second].filter((taken) => taken !== undefined)).toHaveLength(1);
    expect(await takeKey(store, "hats.mp4")).toBeDefined();
    await (first ?? second)!.release();
    expect(await takeKey(store, "shoes.mp4")).toBeDefined();
  });

  test("has under a key that is taken what it had, and gives it to whoever asks", async () => {
    const store = await createStore();
    await store.set("shoes.mp4", { seq: 1 });
    const taken = await takeKey(store, "shoes.mp4");
    await store.set("shoes.mp4", { seq: 2 });
    expect(await store.get("shoes.mp4")).toEqual({ seq: 2 });
    await taken!.release();
    expect(await store.get("shoes.mp4")).toEqual({ seq: 2 });
  });
});
