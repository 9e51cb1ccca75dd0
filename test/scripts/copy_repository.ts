import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** A copy of the repository to plant faults in. */
export interface RepositoryCopy {
  /** Writes a file, given by its path relative to the repository. */
  write(path: string, text: string): void;
  /** Reads a file. */
  read(path: string): string;
  /** Runs a script of the copy: its exit code and everything it printed. */
  run(script: string, ...args: string[]): { status: number | null; output: string };
}

/** Copies what the checks look at, without the dependencies, which are shared. The copy goes when the test ends. */
export function copyRepository(): RepositoryCopy {
  const original = fileURLToPath(new URL("../..", import.meta.url));
  const copy = realpathSync(mkdtempSync(join(tmpdir(), "shopee-media-checks-")));
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
  const configuration = ["package.json", "deno.json", "tsconfig.json", "vitest.config.ts", "knip.jsonc"];
  for (
    const path of [
      "mod.ts",
      "src",
      "scripts",
      "test/support",
      "test/runtime/package.json",
      "test/types.tsconfig.json",
      "docs/architecture.md",
      ...configuration,
    ]
  ) {
    cpSync(join(original, path), join(copy, path), { recursive: true });
  }
  symlinkSync(join(original, "node_modules"), join(copy, "node_modules"));

  return {
    write(path, text) {
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      writeFileSync(join(copy, path), text);
    },
    read: (path) => readFileSync(join(copy, path), "utf8"),
    run(script, ...args) {
      const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
        cwd: copy,
        encoding: "utf8",
      });
      return { status, output: stdout + stderr };
    },
  };
}
