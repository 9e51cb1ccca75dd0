/**
 * Fails when an import in `mod.ts` or `src/` breaks the directions of the design, which rooms.ts holds as data.
 * Every `import`, `export … from`, `import()` and `import("…")` type counts. Deno's own parser reads them.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { listImports } from "./list_imports.ts";
import type { Import } from "./list_imports.ts";
import { repositoryRoot } from "./repository_root.ts";
import { rooms } from "./rooms.ts";
import type { Room } from "./rooms.ts";

const { dependencies } = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")) as {
  dependencies: Record<string, string>;
};

const sources = readdirSync(join(repositoryRoot, "src"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => `src/${path.replaceAll("\\", "/")}`);
const imports = listImports(["mod.ts", ...sources]);

const faults = [
  ...sources.filter((file) => roomOf(file) === undefined).map((file) => `${file} lies in no room of scripts/rooms.ts`),
  ...imports.flatMap(findFaults),
  ...findRoomCycles(imports),
];
for (const fault of faults) console.error(fault);
console.log(`check_imports: ${imports.length} imports, ${faults.length} faults`);
if (faults.length > 0) process.exitCode = 1;

function findFaults(found: Import): string[] {
  const name = roomOf(found.file);
  if (name === undefined) return [];

  const reason = found.target === undefined
    ? refusePackage(found, name, rooms[name]!)
    : refuseFile(found, found.target, name, rooms[name]!);
  return reason === undefined ? [] : [`${found.file}:${found.line} imports "${found.specifier}": ${reason}`];
}

/** Says why `room` may not import the file `target`, if it may not. */
function refuseFile(found: Import, target: string, name: string, room: Room): string | undefined {
  if (found.problem !== undefined) return found.problem;
  if (roomOf(target) === name || isWithin(target, room.from)) return undefined;
  if (isWithin(target, room.typesFrom ?? [])) {
    return found.typeOnly ? undefined : `${name} may only \`import type\` from ${roomOf(target)}`;
  }
  return `${name} may import from ${room.from.join(", ") || "no other room"}, not from ${roomOf(target) ?? target}`;
}

/** Says why `room` may not import the package or built-in module that `found` names, if it may not. */
function refusePackage(found: Import, name: string, room: Room): string | undefined {
  if (found.builtin) return room.node ? undefined : `${name} may not import modules of Node`;

  const wanted = packageOf(found.specifier);
  if (!(wanted in dependencies)) return `${wanted} is not among the dependencies in package.json`;
  if (room.packages?.includes(wanted)) return undefined;
  if (room.lazyPackages?.includes(wanted)) {
    return found.typeOnly || found.dynamic ? undefined : `${name} may load ${wanted} only with import(), on first use`;
  }
  return `${name} may not import the package ${wanted}`;
}

/** Rooms that import each other, over any number of steps. */
function findRoomCycles(imports: readonly Import[]): string[] {
  const entered = new Map<string, Set<string>>();
  for (const { file, target } of imports) {
    const from = roomOf(file);
    const to = target === undefined ? undefined : roomOf(target);
    if (from === undefined || to === undefined || from === to) continue;
    entered.set(from, (entered.get(from) ?? new Set()).add(to));
  }

  const done = new Set<string>();
  return [...entered.keys()].flatMap((room) => walk(room, []));

  function walk(room: string, path: readonly string[]): string[] {
    if (path.includes(room)) {
      return [`Rooms import in a circle: ${[...path.slice(path.indexOf(room)), room].join(" → ")}`];
    }
    if (done.has(room)) return [];
    const cycles = [...entered.get(room) ?? []].flatMap((next) => walk(next, [...path, room]));
    done.add(room);
    return cycles;
  }
}

function roomOf(file: string): string | undefined {
  return Object.keys(rooms)
    .filter((path) => isWithin(file, [path]))
    .sort((a, b) => b.length - a.length)[0];
}

function isWithin(file: string, paths: readonly string[]): boolean {
  return paths.some((path) => path.endsWith("/") ? file.startsWith(path) : file === path);
}

function packageOf(specifier: string): string {
  return specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}
