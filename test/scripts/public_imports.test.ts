import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { listImports } from "../../scripts/import_graph.ts";

/** It looks at how this very library signs calls and reads answers, which is nobody else's business. */
const CONFORM = "src/cli/conform/";
/** It says what is wrong with an old Node before it loads anything that would not load there. */
const BIN = "src/cli/bin.ts";

test("the command is built of nothing but what its users can import, too", () => {
  const url = new URL("../../package.json", import.meta.url);
  const manifest = JSON.parse(readFileSync(url, "utf8")) as { exports: Record<string, string> };
  const entries = new Set(Object.values(manifest.exports).map((path) => path.replace("./", "")));

  const inside = listImports().filter(({ file, target = file }) =>
    file.startsWith("src/cli/") && !file.startsWith(CONFORM) && file !== BIN && !target.startsWith("src/cli/") &&
    !entries.has(target)
  );

  expect(inside.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
});
