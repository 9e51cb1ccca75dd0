import { expect, test } from "vitest";
import { copyRepository } from "./copy_repository.ts";

const GENERATED = [
  { script: "scripts/write_deno_json.ts", path: "deno.json", planted: "{}\n" },
  {
    script: "scripts/write_architecture.ts",
    path: "docs/architecture.md",
    planted: "# Architecture\n\n<!-- rooms -->\n\nA planted fault.\n\n<!-- /rooms -->\n",
  },
  { script: "scripts/write_version.ts", path: "src/cli/version.generated.ts", planted: "export {};\n" },
  { script: "scripts/write_hash_wasm.ts", path: "src/stream/md5/hash_wasm.generated.ts", planted: "export {};\n" },
];

test.each(GENERATED)("$path is what $script writes, and is refused when it is not", ({ script, path, planted }) => {
  const copy = copyRepository();
  expect(copy.run(script, "--check")).toEqual({ status: 0, output: "" });

  copy.write(path, planted);
  expect(copy.run(script, "--check")).toEqual({
    status: 1,
    output: `${path} is not what its script writes: run \`node ${script}\`\n`,
  });

  expect(copy.run(script)).toMatchObject({ status: 0 });
  expect(copy.run(script, "--check")).toEqual({ status: 0, output: "" });
});

test("deno.json follows package.json", () => {
  const copy = copyRepository();
  const manifest = JSON.parse(copy.read("package.json"));
  copy.write(
    "package.json",
    JSON.stringify({ ...manifest, version: "9.9.9", exports: { "./planted": "./src/errors.ts" } }),
  );

  copy.run("scripts/write_deno_json.ts");

  expect(JSON.parse(copy.read("deno.json"))).toMatchObject({
    version: "9.9.9",
    exports: { "./planted": "./src/errors.ts" },
    fmt: { lineWidth: 120 },
  });
});

test("what is written by hand in architecture.md stays, and a room that is added is told", () => {
  const copy = copyRepository();
  copy.write("docs/architecture.md", "# Before\n\n<!-- rooms -->\n\n<!-- /rooms -->\n\n# After\n");
  const rooms = copy.read("scripts/rooms.ts");
  copy.write(
    "scripts/rooms.ts",
    rooms.replace('"src/errors.ts": {', '"src/attic/": { what: "A planted room.", from: [] },\n"src/errors.ts": {'),
  );

  copy.run("scripts/write_architecture.ts");

  const text = copy.read("docs/architecture.md");
  expect(text).toMatch(/^# Before\n[^]*\n# After\n$/);
  expect(text).toContain("- **`src/attic/`**: A planted room. Imports nothing.\n");
});

test("architecture.md without its marks is refused", () => {
  const copy = copyRepository();
  copy.write("docs/architecture.md", "# Architecture\n");

  expect(copy.run("scripts/write_architecture.ts", "--check")).toMatchObject({
    status: 1,
    output: expect.stringContaining("docs/architecture.md has to have the mark <!-- rooms --> once"),
  });
});
