import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { copyRepository } from "./copy_repository.ts";

const script = "scripts/check_docs.ts";
const face = readFileSync(new URL("../../mod.ts", import.meta.url), "utf8");

test("accepts the repository as it is", () => {
  const { status, output } = copyRepository().run(script);

  expect(output).toMatch(/^check_docs: \d+ entries, 0 faults\n$/);
  expect(status).toBe(0);
});

test.each([
  ["an exported value without a text", "export const planted: number = 1;", "missing JSDoc documentation"],
  ["a member without a text", "/** A planted fault. */\nexport interface Planted { a: number }", "missing JSDoc"],
  [
    "a function without an example",
    "/** A planted fault. */\nexport function planted(): void {}",
    "planted has no @example with a ts block",
  ],
  [
    "a class whose example is of another language",
    "/**\n * A planted fault.\n *\n * @example\n * ```sh\n * ls\n * ```\n */\nexport class Planted {}",
    "Planted has no @example with a ts block",
  ],
])("refuses %s", (_what, code, message) => {
  const copy = copyRepository();
  copy.write("mod.ts", `${face}\n${code}\n`);

  const { status, output } = copy.run(script);

  expect(output).toContain(message);
  expect(output).toMatch(/\bmod\.ts:\d/);
  expect(status).toBe(1);
});
