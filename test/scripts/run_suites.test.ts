import { readFileSync } from "node:fs";
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

  expect(output).toMatch(/\nsuite deno: 1 passed, 0 failed, in \d+ s\n/);
  expect(output).toMatch(/\nsuite bun: 1 passed, 0 failed, in \d+ s\n/);
  expect(output).toMatch(/\n3 passed, 0 failed\n/);
  expect(status).toBe(0);
});

test("refuses a suite that it does not know", () => {
  const { status, output } = copyRepository().run(script, "nodejs");

  expect(output).toContain("Unknown suite nodejs");
  expect(status).toBe(1);
});

test("what failed is named once more at the end, with its file and its reason", () => {
  const copy = copyRepository();
  copy.write("test/planted.test.ts", failing);
  copy.write("test/planted_broken.test.ts", broken);

  const { output } = copy.run(script, "node");

  expect(output).toContain("\nFAILED node: test/planted.test.ts: fails: Error: planted\n");
  expect(output).toMatch(/\nFAILED node: test\/planted_broken.test.ts: .*planted.*\n0 passed, 2 failed\n/);
});

test("a suite that hangs ends with its time, and all that it has started", () => {
  const copy = copyRepository();
  copy.write("test/planted.test.ts", 'import { test } from "vitest"; test("hangs", () => { for (;;); });');
  copy.write(
    "test/start.test.ts",
    `import { spawn } from "node:child_process";
    import { writeFileSync } from "node:fs";
    import { test } from "vitest";
    test("leaves a process behind", () => writeFileSync("left.txt", String(spawn("sleep", ["600"]).pid)));`,
  );

  const { status, output } = copy.run(script, "node", "--minutes", "0.2");

  expect(output).toContain("\nFAILED node: the suite itself: it ended with no end within 0.2 minutes\n");
  expect(status).toBe(1);
  expect(stateOf(copy.read("left.txt"))).toMatch(/^(gone|Z)$/);
});

/** The state of a process by the kernel's letter; one that is dead, and waits for somebody to ask, is a zombie: `Z`. */
function stateOf(pid: string): string {
  try {
    return / ([A-Z]) /i.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))![1]!;
  } catch {
    return "gone";
  }
}
