import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { listImports } from "../../scripts/import_graph.ts";

test("the command is built of nothing but what its users can import, too", () => {
  const url = new URL("../../package.json", import.meta.url);
  const manifest = JSON.parse(readFileSync(url, "utf8")) as { exports: Record<string, string> };
  const entries = new Set(Object.values(manifest.exports).map((path) => path.replace("./", "")));

  // `conform` compares what stands on the wire, which no caller of the package gets to see.
  const inside = listImports().filter(({ file, target }) =>
    file.startsWith("src/cli/") && !file.startsWith("src/cli/conform/") && target !== undefined &&
    !target.startsWith("src/cli/") && !entries.has(target)
  );

  expect(inside.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
});
