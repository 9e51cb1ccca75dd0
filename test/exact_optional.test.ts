import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { runtime } from "./support/runtime.ts";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

test.runIf(runtime === "node")("the sources are clean under exactOptionalPropertyTypes", async () => {
  const tsc = promisify(execFile)(path("../node_modules/.bin/tsc"), ["-p", path("exact_optional.tsconfig.json")]);
  const { stdout } = await tsc.catch(({ stdout }: { stdout: string }) => ({ stdout }));
  expect(stdout).toBe("");
});
