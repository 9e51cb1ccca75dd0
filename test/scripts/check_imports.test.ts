import { expect, test } from "vitest";
import { targets } from "../../scripts/house/targets.ts";
import { copyRepository, type RepositoryCopy } from "./copy_repository.ts";

const script = "scripts/check_imports.ts";

test("accepts the repository as it is", () => {
  const { status, output } = copyRepository().run(script, "--without-limits");

  expect(output).toMatch(/^check_imports: \d{2,} imports, 0 faults\n$/);
  expect(status).toBe(0);
});

test.each([
  [
    "stream must not know api",
    "src/stream/planted.ts",
    'import "../api/media_manager.ts";',
    "src/stream/ may import from",
  ],
  ["nor api stream", "src/api/planted.ts", 'export * from "../stream/part.ts";', "src/api/ may import from"],
  ["api must not know upload", "src/api/planted.ts", 'import "../upload/upload_video.ts";', "src/api/ may import from"],
  [
    "a type is an arrow, too",
    "src/stream/planted.ts",
    'import type { Envelope } from "../platform/types/envelope.ts"; export type E = Envelope<string>;',
    "src/stream/ may import from",
  ],
  [
    "so is a type named by import()",
    "src/stream/planted.ts",
    'export type E = import("../platform/types/envelope.ts").Envelope<string>;',
    "src/stream/ may import from",
  ],
  ["and a dynamic import", "src/errors.ts", 'await import("./api/media_manager.ts");', "src/errors.ts may import from"],
  [
    "the emulator has its own signing",
    "src/emulator/planted.ts",
    'import { createPacer } from "../api/pacer.ts";',
    "src/emulator/ may import from",
  ],
  [
    "the emulator takes nothing but types from the wire types",
    "src/emulator/planted.ts",
    'import { x } from "../platform/types/envelope.ts";',
    "src/emulator/ may only `import type` from src/platform/",
  ],
  [
    "the emulator has its own limits",
    "src/emulator/planted.ts",
    'import { VIDEO_LIMITS } from "../platform/limits.ts";',
    "src/emulator/ may import from",
  ],
  [
    "the emulator has its own rules",
    "src/emulator/planted.ts",
    'import { checkVideo } from "../preflight/check_video.ts";',
    "src/emulator/ may import from",
  ],
  ["push stands alone", "src/push/planted.ts", 'import "../stream/part.ts";', "src/push/ may import from"],
  ["rooms go in no circle", "src/api/planted.ts", 'import "../upload/upload_video.ts";', "Rooms import in a circle: "],
  ["the core must run in a browser", "src/upload/planted.ts", 'import "node:fs";', "may not import modules of Node"],
  ["also under the old name", "src/upload/planted.ts", 'import "fs";', "may not import modules of Node"],
  ["also for types", "src/api/planted.ts", 'import type { URL } from "node:url";', "may not import modules of Node"],
  ["a heavy package in the core", "src/upload/planted.ts", 'import "hono";', "may not import the package hono"],
  [
    "what is for first use, at once",
    "src/stream/planted.ts",
    'import { HASH_WASM_HEX } from "./md5/hash_wasm.generated.ts";',
    "may load src/stream/md5/hash_wasm.generated.ts only with import(), on first use",
  ],
  [
    "a development dependency",
    "src/cli/planted.ts",
    'import fc from "fast-check";',
    "fast-check is not among the dependencies in package.json",
  ],
  ["a scoped package", "src/cli/planted.ts", 'import "@foo/bar/baz";', "@foo/bar is not among the dependencies"],
  ["a file that does not exist", "src/api/planted.ts", 'import "./gone.ts";', "Module not found"],
  ["a script", "src/api/planted.ts", 'import "../../scripts/rooms.ts";', "not from scripts/rooms.ts"],
  ["a room that is not in the table", "src/attic/planted.ts", "export {};", "src/attic/planted.ts lies in no room"],
])("refuses a planted fault: %s", (_why, path, text, message) => {
  const copy = copyRepository();
  copy.write(path, text);

  const { status, output } = copy.run(script);

  expect(output).toContain(message);
  expect(output).toContain(path);
  expect(status).toBe(1);
});

test.each([
  ["what is for first use, then", "src/stream/planted.ts", 'await import("./md5/hash_wasm.generated.ts");'],
  ["a reader of files in the emulator", "src/emulator/planted.ts", 'import "../preflight/inspect_video.ts";'],
  [
    "a wire type in the emulator",
    "src/emulator/planted.ts",
    'import type { Envelope } from "../platform/types/envelope.ts";',
  ],
  ["a node: module in the command", "src/cli/planted.ts", 'import "node:fs";'],
])("accepts %s", (_what, path, text) => {
  const copy = copyRepository();
  copy.write(path, text);

  expect(copy.run(script, "--without-limits")).toMatchObject({ status: 0, output: expect.not.stringContaining(path) });
});

test.each([
  ["values", 'import { a } from "./planted_a.ts"; export const b: number = a;'],
  ["types", 'import type { A } from "./planted_a.ts"; export type B = A[];'],
  ["a type that is named by import()", 'export type B = import("./planted_a.ts").A[];'],
])("refuses a circle of %s between files of one room", (_of, text) => {
  const copy = copyRepository();
  copy.write("src/api/planted_a.ts", 'export * from "./planted_b.ts"; export const a = 1; export type A = number;');
  copy.write("src/api/planted_b.ts", text);

  const { status, output } = copy.run(script);

  expect(output).toMatch(
    /Files import in a circle, 2 in all: src\/api\/planted_(a|b).ts → src\/api\/planted_(a|b).ts → /,
  );
  expect(output).not.toContain("Rooms import in a circle");
  expect(status).toBe(1);
});

test("refuses a circle that goes over several rooms by types alone", () => {
  const copy = copyRepository();
  copy.write("src/platform/planted.ts", 'import type { B } from "../async/planted.ts"; export type A = B;');
  copy.write("src/async/planted.ts", 'import type { A } from "../platform/planted.ts"; export type B = A[];');

  const { status, output } = copy.run(script);

  expect(output).toContain("Rooms import in a circle: ");
  expect(output).toContain("Files import in a circle, 2 in all: ");
  expect(status).toBe(1);
});

/** A chain of files in one room, each of which imports the next. */
function plantChain(copy: RepositoryCopy, files: number, toNext = (next: string) => `export * from "${next}";`): void {
  for (let index = 0; index < files; index++) {
    copy.write(`src/async/planted_${index}.ts`, index < files - 1 ? toNext(`./planted_${index + 1}.ts`) : "export {};");
  }
}

test("refuses a chain of imports that has become too long, from the public face and in the house", () => {
  const copy = copyRepository();
  plantChain(copy, targets.chain + 1);
  copy.write("mod.ts", 'export * from "./src/async/planted_0.ts";');

  const { status, output } = copy.run(script);

  expect(output).toMatch(
    /The longest chain of imports from mod\.ts has 16 files, 9 may be: mod\.ts → .*planted_14\.ts\n/,
  );
  expect(output).toContain("The longest chain of imports in the house has ");
  expect(status).toBe(1);
});

test("a chain of types alone is none", () => {
  const copy = copyRepository();
  plantChain(copy, 30, (next) => `export type * from "${next}";`);

  expect(copy.run(script).output).not.toMatch(/chain.*planted/);
});

test("refuses so many small files", () => {
  const copy = copyRepository();
  for (let index = 0; index <= targets.smallFiles; index++) copy.write(`src/async/planted_${index}.ts`, "export {};\n");

  const { status, output } = copy.run(script);

  expect(output).toMatch(/\d+ files have under 20 lines, 15 may: .*src\/async\/planted_0\.ts/);
  expect(status).toBe(1);
});
