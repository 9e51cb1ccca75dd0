/**
 * Fails when an import in `mod.ts` or `src/` breaks the directions of the design, which rooms.ts holds as data, when
 * files or rooms import each other in a circle, types included, and when the house outgrows its limits.
 */
import { countFiles } from "./house/count_source.ts";
import { targets } from "./house/targets.ts";
import { arrowsOf, fileArrows, findCircles, listImports, longestChain } from "./import_graph.ts";
import type { Import } from "./import_graph.ts";
import { listSources, manifest } from "./repository.ts";
import { isWithin, roomOf, rooms } from "./rooms.ts";
import type { Room } from "./rooms.ts";

const imports = listImports();
const faults = [
  ...listSources()
    .filter((file) => roomOf(file) === undefined)
    .map((file) => `${file} lies in no room of scripts/rooms.ts`),
  ...imports.flatMap(findFaults),
  ...findRoomCircles(),
  ...findFileCircles(),
  // Until the chains are as short as they are to be.
  ...(process.argv.includes("--without-limits") ? [] : findExcess()),
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
  if (isWithin(target, room.lazyFrom ?? [])) {
    return found.dynamic ? undefined : `${name} may load ${target} only with import(), on first use`;
  }
  return `${name} may import from ${room.from.join(", ") || "no other room"}, not from ${roomOf(target) ?? target}`;
}

/** Says why `room` may not import the package or built-in module that `found` names, if it may not. */
function refusePackage(found: Import, name: string, room: Room): string | undefined {
  if (found.builtin) return room.node ? undefined : `${name} may not import modules of Node`;

  const wanted = packageOf(found.specifier);
  if (!(wanted in manifest.dependencies)) return `${wanted} is not among the dependencies in package.json`;
  if (room.packages?.includes(wanted)) return undefined;
  return `${name} may not import the package ${wanted}`;
}

function packageOf(specifier: string): string {
  return specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

function findRoomCircles(): string[] {
  const pairs = imports.flatMap(({ file, target }) => {
    const [from, to] = [roomOf(file), target === undefined ? undefined : roomOf(target)];
    return from === undefined || to === undefined ? [] : [[from, to] as const];
  });
  return findCircles(arrowsOf(pairs)).map(({ way }) => `Rooms import in a circle: ${way.join(" → ")}`);
}

function findFileCircles(): string[] {
  return findCircles(fileArrows(imports)).map(({ members, way }) =>
    `Files import in a circle, ${members.length} in all: ${way.join(" → ")}`
  );
}

function findExcess(): string[] {
  const arrows = fileArrows(imports, "at run time");
  const fromFace = longestChain(arrows, ["mod.ts"]);
  const inHouse = longestChain(arrows, arrows.keys());
  const { small } = countFiles();
  return [
    ...refuseChain("from mod.ts", fromFace, targets.chainFromFace),
    ...refuseChain("in the house", inHouse, targets.chain),
    ...(small.length <= targets.smallFiles ? [] : [
      `${small.length} files have under ${targets.smallFileLines} lines, ${targets.smallFiles} may: ${
        small.join(", ")
      }`,
    ]),
  ];
}

function refuseChain(where: string, chain: readonly string[], most: number): string[] {
  if (chain.length <= most) return [];
  return [`The longest chain of imports ${where} has ${chain.length} files, ${most} may be: ${chain.join(" → ")}`];
}
