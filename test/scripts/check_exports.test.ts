import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { copyRepository } from "./copy_repository.ts";

const script = "scripts/check_exports.ts";

interface Manifest {
  name: string;
  version: string;
  license: string;
  exports: Record<string, string>;
}

function read(name: "deno.json" | "package.json"): Manifest {
  return JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), "utf8")) as Manifest;
}

test("accepts the repository as it is", () => {
  const { status, output } = copyRepository().run(script);

  expect(output).toMatch(/^check_exports: \d+ entries, 0 faults\n$/);
  expect(status).toBe(0);
});

test.each(["deno.json", "package.json"] as const)("refuses an entry that only %s has", (name) => {
  const copy = copyRepository();
  const manifest = read(name);
  copy.write(name, JSON.stringify({ ...manifest, exports: { ...manifest.exports, "./planted": "./src/errors.ts" } }));

  const { status, output } = copy.run(script);

  expect(output).toContain("The exports disagree: ");
  expect(status).toBe(1);
});

test.each(
  [
    ["version", { version: "9.9.9" }],
    ["license", { license: "Beerware" }],
    ["name", { name: "@shopee-media/planted" }],
    ["exports", { exports: { ".": "./src/errors.ts" } }],
  ] as const,
)("refuses another %s in deno.json", (field, planted) => {
  const copy = copyRepository();
  copy.write("deno.json", JSON.stringify({ ...read("deno.json"), ...planted }));

  const { status, output } = copy.run(script);

  expect(output).toContain(`The ${field} disagree: deno.json has `);
  expect(status).toBe(1);
});

test("refuses an entry whose file does not exist", () => {
  const copy = copyRepository();
  for (const name of ["deno.json", "package.json"] as const) {
    const manifest = read(name);
    copy.write(name, JSON.stringify({ ...manifest, exports: { ...manifest.exports, "./gone": "./src/gone.ts" } }));
  }

  const { status, output } = copy.run(script);

  expect(output).toContain("The entry ./gone names ./src/gone.ts, which does not exist");
  expect(status).toBe(1);
});

test("refuses a command whose file does not exist", () => {
  const copy = copyRepository();
  copy.remove("src/cli/bin.ts");

  expect(copy.run(script)).toMatchObject({ status: 1, output: expect.stringContaining("src/cli/bin.ts") });
});
