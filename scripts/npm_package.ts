/**
 * What the published npm package says of itself. Both builds (`build_npm.ts` with dnt, `build_npm_tsc.ts` with tsc) take
 * it from here and lay their files out alike: `npm/esm/` and `npm/script/` mirror the repository.
 *
 * @module
 */
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { publishedDependencies } from "./bundle_packages.ts";
import { manifest, repositoryRoot } from "./repository.ts";

/** Where a consumer's `import` or `require` finds an entry. */
export interface ConditionalExport {
  readonly import: { readonly types: string; readonly default: string };
  readonly require: { readonly types: string; readonly default: string };
}

/** The published `package.json`. */
export interface NpmPackageJson {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  /** Where the source lives, once `package.json` says so. */
  readonly repository: unknown;
  readonly keywords: readonly string[];
  readonly type: "module";
  readonly engines: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly main: string;
  readonly types: string;
  readonly exports: Readonly<Record<string, ConditionalExport | string>>;
  readonly sideEffects: readonly string[];
  readonly files: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
}

/** The command: its name, and the source file that runs it. The file has no shebang of its own: the builds add it. */
export const command: { readonly name: string; readonly path: string } = {
  name: "shopee-media",
  path: "./src/cli/bin.ts",
};

/** What the package has besides its code: all that its README links to. */
const documents: readonly string[] = ["README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "docs", "examples"];

/** Packages with declarations alone, which the compiler needs and the consumers do not. */
export const typePackages: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(manifest.devDependencies).filter(([name]) => name.startsWith("@types/")),
);

/** The published `package.json`. */
export const npmPackageJson: NpmPackageJson = {
  name: manifest.name,
  version: manifest.version,
  description: manifest.description,
  license: manifest.license,
  repository: manifest.repository,
  keywords: ["shopee", "upload", "video", "image", "media", "multipart", "streams", "emulator"],
  type: "module",
  // The first Node that can require() an ES module: the CommonJS build needs it for dependencies such as ky.
  engines: { node: ">=22.12" },
  bin: { [command.name]: builtFile(command.path, "esm", ".js") },
  main: builtFile(manifest.exports["."]!, "script", ".js"),
  types: builtFile(manifest.exports["."]!, "script", ".d.ts"),
  exports: {
    ...Object.fromEntries(Object.entries(manifest.exports).map(([name, path]) => [name, conditions(path)])),
    "./package.json": "./package.json",
  },
  sideEffects: ["./esm/src/polyfill.js", "./script/src/polyfill.js"],
  files: ["esm", "script", ...documents, "LICENCES.md"],
  dependencies: publishedDependencies,
};

/** Adds to a finished build what is not code: the published `package.json`, and the documents. */
export function finishNpm(): void {
  const folder = join(repositoryRoot, "npm");
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(npmPackageJson, null, 2)}\n`);
  for (const name of documents) cpSync(join(repositoryRoot, name), join(folder, name), { recursive: true });
}

function conditions(path: string): ConditionalExport {
  return {
    import: { types: builtFile(path, "esm", ".d.ts"), default: builtFile(path, "esm", ".js") },
    require: { types: builtFile(path, "script", ".d.ts"), default: builtFile(path, "script", ".js") },
  };
}

function builtFile(path: string, format: "esm" | "script", extension: ".js" | ".d.ts"): string {
  return path.replace(/^\.\//, `./${format}/`).replace(/\.ts$/, extension);
}
