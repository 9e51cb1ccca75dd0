import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repositoryRoot } from "../../scripts/repository.ts";

// It would take twenty minutes and write other figures into the documents.
test.each([["--quik"], ["quick"]])("the bench does not begin with an option it does not know: %s", (option) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(repositoryRoot, "bench/main.ts"), option], {
    encoding: "utf8",
    timeout: 60_000,
  });

  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toContain(option);
  expect(stderr).toContain("Usage: npm run bench [-- --quick]");
});
