import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { listSources, pathOfModule, repositoryRoot } from "./repository.ts";

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
 * Lists what `mod.ts`, the files in `src` and the files of this repository that they reach import: every `import`,
 * `export … from`, `import()` and `import("…")` type. Deno's own parser reads them.
 *
 * @returns One entry for each file and each module that it names.
 */
export function listImports(): Import[] {
  const modules = new Map<string, Module>();
  for (const file of ["mod.ts", ...listSources()]) {
    if (modules.has(urlOf(file))) continue;
    for (const module of readGraph(file)) modules.set(module.specifier, module);
  }

  return [...modules.values()]
    .filter(({ specifier }) => pathOfModule(specifier) !== undefined)
    .flatMap((module) => (module.dependencies ?? []).map((dependency) => toImport(module, dependency, modules)));
}

/** From where one gets directly to where. */
export type Arrows = ReadonlyMap<string, ReadonlySet<string>>;

/** Gathers pairs of from and to. An arrow from a place to itself is none. */
export function arrowsOf(pairs: Iterable<readonly [from: string, to: string]>): Arrows {
  const arrows = new Map<string, Set<string>>();
  for (const [from, to] of pairs) {
    if (from === to) continue;
    arrows.set(from, (arrows.get(from) ?? new Set()).add(to));
  }
  return arrows;
}

/** The files that import each other: all imports, or those alone that are left at run time. */
export function fileArrows(imports: readonly Import[], which: "all" | "at run time" = "all"): Arrows {
  return arrowsOf(
    imports
      .filter(({ target, typeOnly, problem }) =>
        target !== undefined && problem === undefined && !(typeOnly && which === "at run time")
      )
      .map(({ file, target }) => [file, target!] as const),
  );
}

/** A set of places each of which can be reached from each. */
export interface Circle {
  readonly members: readonly string[];
  /** The shortest way from one of them back to itself. */
  readonly way: readonly string[];
}

/** Finds the circles. No place is in two of them. */
export function findCircles(arrows: Arrows): Circle[] {
  const ways = new Map([...arrows.keys()].map((from) => [from, waysFrom(from, arrows)]));
  const done = new Set<string>();
  return [...arrows.keys()].flatMap((place) => {
    const way = ways.get(place)!.get(place);
    if (way === undefined || done.has(place)) return [];
    const members = [...ways.get(place)!.keys()].filter((other) => ways.get(other)?.has(place));
    for (const member of members) done.add(member);
    return [{ members, way }];
  });
}

/** The shortest way to each place that can be reached, both ends included. */
function waysFrom(from: string, arrows: Arrows): Map<string, readonly string[]> {
  const ways = new Map<string, readonly string[]>();
  const queue: (readonly string[])[] = [[from]];
  // It grows while it is walked.
  for (const way of queue) {
    for (const next of arrows.get(way.at(-1)!) ?? []) {
      if (ways.has(next)) continue;
      ways.set(next, [...way, next]);
      queue.push(ways.get(next)!);
    }
  }
  return ways;
}

/** The longest way that starts at one of these places, both ends included. In a circle it ends where it would close. */
export function longestChain(arrows: Arrows, starts: Iterable<string>): readonly string[] {
  const known = new Map<string, readonly string[]>();

  function chainFrom(place: string): readonly string[] {
    const chain = known.get(place);
    if (chain !== undefined) return chain;
    known.set(place, [place]);
    known.set(place, [place, ...longest([...arrows.get(place) ?? []].map(chainFrom))]);
    return known.get(place)!;
  }

  return longest([...starts].map(chainFrom));
}

function longest(chains: readonly (readonly string[])[]): readonly string[] {
  return chains.reduce((best, chain) => chain.length > best.length ? chain : best, []);
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
    file: pathOfModule(module.specifier)!,
    line: resolution.span.start.line + 1,
    specifier: dependency.specifier,
    target: isRelative ? pathOfModule(url) ?? url : undefined,
    builtin: url.startsWith("node:"),
    typeOnly: dependency.code === undefined,
    dynamic: dependency.isDynamic === true,
    problem: isRelative ? resolution.error ?? modules.get(url)?.error : undefined,
  };
}

function urlOf(file: string): string {
  return pathToFileURL(join(repositoryRoot, file)).href;
}
