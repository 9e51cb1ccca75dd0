import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { copyRepository } from "./copy_repository.ts";

const KNIP = "node_modules/knip/bin/knip.js";
const IN_ALL = ["--no-config-hints", "--no-tag-hints"];
const FOR_USERS = [...IN_ALL, "--production", "--include=files,exports,types"];
const face = readFileSync(new URL("../../mod.ts", import.meta.url), "utf8");

test("refuses a file that nobody imports, and an export that nobody uses", () => {
  const copy = copyRepository();
  copy.write("src/api/planted.ts", "export const planted: number = 1;\n");
  copy.write("src/async/planted.ts", "export const used: number = 1;\nexport const unused: number = 2;\n");
  copy.write("mod.ts", `${face}\nexport { used } from "./src/async/planted.ts";\n`);

  const { status, output } = copy.run(KNIP, ...IN_ALL);

  expect(output).toMatch(/Unused files.*\n.*src\/api\/planted\.ts/);
  expect(output).toMatch(/unused .*src\/async\/planted\.ts/);
  expect(output).not.toMatch(/^used .*planted/m);
  expect(status).toBe(1);
});

test("refuses what only a test uses", () => {
  const copy = copyRepository();
  copy.write("src/async/planted.ts", "export const planted: number = 1;\n");
  copy.write("test/planted.test.ts", 'import { planted } from "../src/async/planted.ts";\nconsole.log(planted);\n');

  expect(copy.run(KNIP, ...IN_ALL).output).not.toContain("src/async/planted.ts");
  const { status, output } = copy.run(KNIP, ...FOR_USERS);

  expect(output).toMatch(/Unused files.*\n.*src\/async\/planted\.ts/);
  expect(status).toBe(1);
});
