import { execFileSync } from "node:child_process";
import { join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { repositoryRoot } from "./repository_root.ts";

/** One module that a source file imports. */
export interface Import {
  /** The importing file, relative to the repository. */
  readonly file: string;
  /** Line of the first such import, from 1. */
  readonly line: number;
  /** What the import names, as written. */
  readonly specifier: string;
  /** The imported file, relative to the repository; `undefined` for a package or a built-in module. */
  readonly target: string | undefined;
  /** Whether this is a module of Node itself. */
  readonly builtin: boolean;
  /** Whether nothing of it is left at run time. */
  readonly typeOnly: boolean;
  /** Whether it is loaded by `import()` alone. */
  readonly dynamic: boolean;
  /** Why the imported file cannot be had, if so. */
  readonly problem: string | undefined;
}

interface Resolution {
  readonly specifier?: string;
  readonly error?: string;
  readonly span: { readonly start: { readonly line: number } };
}

interface Dependency {
  readonly specifier: string;
  readonly code?: Resolution;
  readonly type?: Resolution;
  readonly isDynamic?: boolean;
}

interface Module {
  readonly specifier: string;
  readonly error?: string;
  readonly dependencies?: readonly Dependency[];
}

/**
 * Lists what the given files, and the files of this repository that they reach, import.
 *
 * @param files Paths relative to the repository.
 * @returns One entry for each file and each module that it names.
 */
export function listImports(files: readonly string[]): Import[] {
  const modules = new Map<string, Module>();
  for (const file of files) {
    if (modules.has(urlOf(file))) continue;
    for (const module of readGraph(file)) modules.set(module.specifier, module);
  }

  return [...modules.values()]
    .filter(({ specifier }) => pathOf(specifier) !== undefined)
    .flatMap((module) => (module.dependencies ?? []).map((dependency) => toImport(module, dependency, modules)));
}

function readGraph(file: string): Module[] {
  const deno = join(repositoryRoot, "node_modules", ".bin", "deno");
  const json = execFileSync(deno, ["info", "--json", file], { cwd: repositoryRoot, maxBuffer: 2 ** 28 });
  return (JSON.parse(json.toString()) as { modules: Module[] }).modules;
}

function toImport(module: Module, dependency: Dependency, modules: ReadonlyMap<string, Module>): Import {
  const resolution = (dependency.code ?? dependency.type)!;
  const isRelative = /^(\.|\/|file:)/.test(dependency.specifier);
  const url = resolution.specifier ?? dependency.specifier;
  return {
    file: pathOf(module.specifier)!,
    line: resolution.span.start.line + 1,
    specifier: dependency.specifier,
    target: isRelative ? pathOf(url) ?? url : undefined,
    builtin: url.startsWith("node:"),
    typeOnly: dependency.code === undefined,
    dynamic: dependency.isDynamic === true,
    problem: isRelative ? resolution.error ?? modules.get(url)?.error : undefined,
  };
}

function urlOf(file: string): string {
  return pathToFileURL(join(repositoryRoot, file)).href;
}

/** The path of a file of this repository, `undefined` for any other module. */
function pathOf(url: string): string | undefined {
  if (!url.startsWith("file:")) return undefined;
  const path = relative(repositoryRoot, fileURLToPath(url));
  if (path.startsWith("..") || path.startsWith("node_modules")) return undefined;
  return path.split(sep).join("/");
}
