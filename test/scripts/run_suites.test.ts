import { expect, test } from "vitest";
import { copyRepository } from "./copy_repository.ts";

const script = "scripts/run_suites.ts";

const passing = 'import { test } from "vitest"; test("passes", () => {});';
const failing = 'import { test } from "vitest"; test("fails", () => { throw new Error("planted"); });';
const broken = 'throw new Error("planted");';

test.each([
  { what: "passing tests", files: [passing, passing], last: "2 passed, 0 failed", status: 0 },
  { what: "a failing test among passing ones", files: [passing, failing], last: "1 passed, 1 failed", status: 1 },
  { what: "a file that does not load", files: [passing, broken], last: "1 passed, 1 failed", status: 1 },
  { what: "no test at all", files: [], last: "0 passed, 1 failed", status: 1 },
])("ends with the sum of $what", ({ files, last, status }) => {
  const copy = copyRepository();
  for (const [index, text] of files.entries()) copy.write(`test/planted_${index}.test.ts`, text);

  const result = copy.run(script, "node");

  expect(result.output.trimEnd().split("\n")).toContain(last);
  expect(result.status).toBe(status);
});

test("a wrong type in a test of types is a failed test", () => {
  const copy = copyRepository();
  copy.write("test/planted.test.ts", passing);
  copy.write(
    "test/planted.test-d.ts",
    'import { expectTypeOf, test } from "vitest"; test("types", () => expectTypeOf<string>().toEqualTypeOf<number>());',
  );

  const { status, output } = copy.run(script, "node");

  expect(output).toMatch(/\n1 passed, 1 failed\n/);
  expect(status).toBe(1);
});

test("adds up several suites", () => {
  const copy = copyRepository();
  copy.write("test/planted.test.ts", passing);

  const { status, output } = copy.run(script, "node", "deno", "bun");

  expect(output).toContain("suite deno: 1 passed, 0 failed\n");
  expect(output).toContain("suite bun: 1 passed, 0 failed\n");
  expect(output).toMatch(/\n3 passed, 0 failed\n/);
  expect(status).toBe(0);
});

test("refuses a suite that it does not know", () => {
  const { status, output } = copyRepository().run(script, "nodejs");

  expect(output).toContain("Unknown suite nodejs");
  expect(status).toBe(1);
});
