import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { bundlePackages, writeLicences } from "./bundle_packages.ts";
import { command, finishNpm, npmPackageJson } from "./npm_package.ts";
import { manifest, repositoryRoot } from "./repository.ts";

/**
 * Builds the npm package into `npm/` with TypeScript alone: ES modules in `npm/esm`, CommonJS in `npm/script`, each with
 * its declarations. The layout is that of `build_npm.ts`, which needs JSR to be within reach.
 *
 * What a file compiles to is decided by the `type` of the nearest package.json. So the sources are copied twice, once
 * under each type, and the compiler runs over both. Only what the entries reach is compiled.
 */

/** Matches where declarations name a source file, and finds its path without the end. */
const SOURCE_NAME = /(?:from |import |import\()"(\.[^"]*)\.ts"/g;

const output = join(repositoryRoot, "npm");
const entries = Object.values(manifest.exports);

rmSync(output, { recursive: true, force: true });
compile("esm", "module", [...entries, command.path]);
compile("script", "commonjs", entries);
const folders = [
  ...await bundlePackages(join(output, "esm"), "esm"),
  ...await bundlePackages(join(output, "script"), "cjs"),
];
writeLicences(join(output, "LICENCES.md"), [...new Set(folders)]);
makeExecutable(join(output, npmPackageJson.bin[command.name]!));
finishNpm();
console.log(`Built ${npmPackageJson.name} ${npmPackageJson.version} in npm/`);

function compile(format: "esm" | "script", type: "module" | "commonjs", files: readonly string[]): void {
  const sources = join(repositoryRoot, ".tmp", "build", format);
  const target = join(output, format);
  rmSync(sources, { recursive: true, force: true });
  for (const path of ["mod.ts", "src"]) cpSync(join(repositoryRoot, path), join(sources, path), { recursive: true });
  mkdirSync(target, { recursive: true });
  writeJson(join(sources, "package.json"), { type });
  // The nearest package.json tells what a bundler may leave out, too. That of the package itself is the one of `esm`.
  if (format === "script") writeJson(join(target, "package.json"), { type, sideEffects: ["./src/polyfill.js"] });
  writeJson(join(sources, "tsconfig.json"), {
    extends: join(repositoryRoot, "tsconfig.json"),
    compilerOptions: { noEmit: false, rootDir: ".", outDir: target, verbatimModuleSyntax: type === "module" },
    include: [],
    files,
  });

  execFileSync(join(repositoryRoot, "node_modules", ".bin", "tsc"), ["-p", sources], { stdio: "inherit" });
  const declarations = entries.map((path) => join(target, path.replace(/\.ts$/, ".d.ts")));
  const reachable = new Set<string>();
  for (const path of declarations) reachDeclarations(path, reachable);
  for (const path of readdirSync(target, { recursive: true, encoding: "utf8" }).map((path) => join(target, path))) {
    if (!path.endsWith(".d.ts")) continue;
    if (reachable.has(path)) nameBuiltFiles(path);
    else rmSync(path);
  }
}

/** Adds to `reachable` the declarations that a consumer's compiler reads: those of an entry, and what they name. */
function reachDeclarations(path: string, reachable: Set<string>): void {
  if (reachable.has(path)) return;
  reachable.add(path);
  for (const [, name] of readFileSync(path, "utf8").matchAll(SOURCE_NAME)) {
    reachDeclarations(join(dirname(path), `${name}.d.ts`), reachable);
  }
}

/** In declarations the compiler leaves the names of source files as they are: `./part.ts` becomes `./part.js`. */
function nameBuiltFiles(path: string): void {
  const declarations = readFileSync(path, "utf8");
  writeFileSync(path, declarations.replace(SOURCE_NAME, (whole) => whole.replace(/ts"$/, 'js"')));
}

function makeExecutable(path: string): void {
  writeFileSync(path, `#!/usr/bin/env node\n${readFileSync(path, "utf8")}`);
  chmodSync(path, 0o755);
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
