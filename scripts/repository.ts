import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** Absolute path of the repository that this script lies in, without a slash at its end. */
export const repositoryRoot: string = fileURLToPath(new URL("..", import.meta.url)).replace(/[/\\]$/, "");

/** What the repository's own `package.json` says. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly repository?: unknown;
  /** Entry (such as `./emulator`) → source file. */
  readonly exports: Readonly<Record<string, string>>;
  /** Pinned here, so that every clone is the same. */
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** The repository's own `package.json`. */
export const manifest: Manifest = JSON.parse(readText("package.json"));

/** Reads a file, given by its path relative to the repository. */
export function readText(path: string): string {
  return readFileSync(join(repositoryRoot, path), "utf8");
}

/** Lists the source files, by their paths relative to the repository. */
export function listSources(): string[] {
  return readdirSync(join(repositoryRoot, "src"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => `src/${path.split(sep).join("/")}`)
    .sort();
}

/** The path of a file of this repository, relative to it; `undefined` for any other module. */
export function pathOfModule(url: string): string | undefined {
  if (!url.startsWith("file:")) return undefined;
  const path = relative(repositoryRoot, fileURLToPath(url));
  if (path.startsWith("..") || path.startsWith("node_modules")) return undefined;
  return path.split(sep).join("/");
}

/**
 * Writes a file that a script generates. With `--check` on the command line it only compares, and the script fails when
 * the committed file is not what it would write.
 */
export function writeGenerated(path: string, text: string): void {
  if (!process.argv.includes("--check")) return writeFileSync(join(repositoryRoot, path), text);
  if (readText(path) === text) return;
  const script = relative(repositoryRoot, process.argv[1]!).split(sep).join("/");
  console.error(`${path} is not what its script writes: run \`node ${script}\``);
  process.exitCode = 1;
}
