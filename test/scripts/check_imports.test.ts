import { expect, test } from "vitest";
import { copyRepository } from "./copy_repository.ts";

const script = "scripts/check_imports.ts";

test("accepts the repository as it is", () => {
  const { status, output } = copyRepository().run(script);

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
  ["push stands alone", "src/push/planted.ts", 'import "../stream/part.ts";', "src/push/ may import from"],
  ["rooms go in no circle", "src/api/planted.ts", 'import "../upload/upload_video.ts";', "Rooms import in a circle: "],
  ["the core must run in a browser", "src/upload/planted.ts", 'import "node:fs";', "may not import modules of Node"],
  ["also under the old name", "src/upload/planted.ts", 'import "fs";', "may not import modules of Node"],
  ["also for types", "src/api/planted.ts", 'import type { URL } from "node:url";', "may not import modules of Node"],
  ["a heavy package in the core", "src/upload/planted.ts", 'import "hono";', "may not import the package hono"],
  [
    "a package for first use, at once",
    "src/preflight/planted.ts",
    'import { Input } from "mediabunny";',
    "may load mediabunny only with import(), on first use",
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
  ["a package on first use", "src/preflight/planted.ts", 'await import("mediabunny");'],
  [
    "a wire type in the emulator",
    "src/emulator/planted.ts",
    'import type { Envelope } from "../platform/types/envelope.ts";',
  ],
  ["a node: module in the command", "src/cli/planted.ts", 'import "node:fs";'],
])("accepts %s", (_what, path, text) => {
  const copy = copyRepository();
  copy.write(path, text);

  expect(copy.run(script)).toMatchObject({ status: 0, output: expect.not.stringContaining(path) });
});
