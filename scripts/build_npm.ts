import { rmSync } from "node:fs";
import { join } from "node:path";
import { command, finishNpm, npmPackageJson, typePackages } from "./npm_package.ts";
import { manifest, repositoryRoot } from "./repository.ts";

/**
 * Builds the npm package into `npm/` with dnt: `deno run -A scripts/build_npm.ts`.
 *
 * dnt lives on JSR alone. Where JSR is out of reach, `build_npm_tsc.ts` makes the same package.
 */

/** The part of dnt that is used here. */
interface Dnt {
  build(options: Record<string, unknown>): Promise<void>;
}

// Not a literal: the type checkers would want to fetch it.
const specifier: string = "@deno/dnt";
const { build } = await import(specifier) as Dnt;
const outDir = join(repositoryRoot, "npm");

rmSync(outDir, { recursive: true, force: true });
await build({
  cwd: repositoryRoot,
  outDir,
  entryPoints: [
    ...Object.entries(manifest.exports).map(([name, path]) => ({ name, path })),
    { kind: "bin", name: command.name, path: command.path },
  ],
  // finishNpm writes the package.json to publish; this one is for dnt's own `npm install`.
  package: { ...npmPackageJson, devDependencies: typePackages },
  compilerOptions: { target: "ES2023", lib: ["ESNext", "DOM", "DOM.Iterable", "DOM.AsyncIterable"] },
  shims: {},
  skipSourceOutput: true,
  test: false,
  postBuild: finishNpm,
});
