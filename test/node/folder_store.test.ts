import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createFolderStore } from "../../src/node/mod.ts";
import { temporaryFolder } from "../support/files.ts";
import { settle } from "../support/settle.ts";

// What every store promises: test/store/key_value_store.test.ts.

async function makeFolder(): Promise<string> {
  return join(await temporaryFolder(), "checkpoints");
}

test("what is set is got by another store of the same folder, whatever the key holds", async () => {
  const folder = await makeFolder();
  const store = createFolderStore(folder);
  await store.set("../b/ü", { seq: 1 });
  await store.set("a".repeat(1000), { seq: 2 });
  const other = createFolderStore(folder);
  expect([await other.get("../b/ü"), await other.get("a".repeat(1000))]).toEqual([{ seq: 1 }, { seq: 2 }]);
  await other.remove("../b/ü");
  expect(await store.get("../b/ü")).toBeUndefined();
  expect(await readdir(folder)).toHaveLength(1);
});

test("its files are their owner's alone", async () => {
  const folder = await makeFolder();
  await createFolderStore(folder).set("a", { seq: 1 });
  const [name] = await readdir(folder);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect((await stat(join(folder, name!))).mode & 0o777).toBe(0o600);
});

test("a reader sees one whole value or another, whatever is written at that moment", async () => {
  const folder = await makeFolder();
  const store = createFolderStore(folder);
  const value = (seq: number) => ({ seq, filling: `${seq}`.repeat(50_000) });
  await store.set("a", value(0));
  const seen: unknown[] = [];
  const writing = Promise.all(Array.from({ length: 20 }, (_, seq) => store.set("a", value(seq % 10))));
  let isWriting = true;
  writing.finally(() => isWriting = false);
  while (isWriting) seen.push(await store.get("a"));
  for (const each of seen as { seq: number; filling: string }[]) expect(each).toEqual(value(each.seq));
  expect(await readdir(folder)).toHaveLength(1);
});

test("what a crash has left is no obstacle: a broken file counts as none", async () => {
  const folder = await makeFolder();
  const store = createFolderStore(folder);
  await store.set("a", { seq: 1 });
  const [name] = await readdir(folder);
  await writeFile(join(folder, name!), '{"seq":');
  await writeFile(join(folder, `${name}.left-over.tmp`), "{");
  expect(await store.get("a")).toBeUndefined();
  await store.set("a", { seq: 2 });
  expect(await store.get("a")).toEqual({ seq: 2 });
});

test("a folder that cannot be made is an error of the write", async () => {
  const folder = await makeFolder();
  await writeFile(folder, "a file");
  const { error } = await settle(Promise.resolve(createFolderStore(folder).set("a", { seq: 1 })));
  expect(error).toBeInstanceOf(Error);
});
