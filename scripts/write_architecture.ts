/**
 * Writes the section on the rooms in `docs/architecture.md`, from rooms.ts: `node scripts/write_architecture.ts [--check]`.
 * All that stands outside of its marks is written by hand.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { readText, repositoryRoot, writeGenerated } from "./repository.ts";
import { groundFloor, type Room, rooms } from "./rooms.ts";

const PATH = "docs/architecture.md";
const [BEGIN, END] = ["<!-- rooms -->", "<!-- /rooms -->"];

const [before, rest] = split(readText(PATH), BEGIN);
const [, after] = split(rest, END);
const list = Object.entries(rooms).map(([path, room]) => `- **\`${path}\`**: ${room.what} ${importsOf(room)}`);
const floor = `The ground floor, on which all else stands, is ${groundFloor.map((path) => `\`${path}\``).join(", ")}.`;
const source =
  "This list is written by `scripts/write_architecture.ts` from `scripts/rooms.ts`, which `npm run check` enforces.";
writeGenerated(PATH, format(`${before}${BEGIN}\n\n${source} ${floor}\n\n${list.join("\n")}\n\n${END}${after}`));

function importsOf({ from, typesFrom = [], packages = [], lazyFrom = [], node = false }: Room): string {
  const isOnGroundFloor = groundFloor.every((path) => from.includes(path));
  const named = isOnGroundFloor ? from.filter((path) => !groundFloor.includes(path)) : from;
  const allowed = [
    ...(isOnGroundFloor ? ["the ground floor"] : []),
    ...named.map((path) => `\`${path}\``),
    ...typesFrom.map((path) => `types of \`${path}\``),
    ...packages.map((name) => `the package \`${name}\``),
    ...lazyFrom.map((path) => `\`${path}\` on first use`),
    ...(node ? ["Node's modules"] : []),
  ];
  return allowed.length === 0 ? "Imports nothing." : `Imports ${allowed.join(", ")}.`;
}

function split(text: string, mark: string): [before: string, after: string] {
  const [before, after, ...more] = text.split(mark);
  if (after === undefined || more.length > 0) throw new Error(`${PATH} has to have the mark ${mark} once`);
  return [before!, after];
}

function format(markdown: string): string {
  const deno = join(repositoryRoot, "node_modules", ".bin", "deno");
  return execFileSync(deno, ["fmt", "--ext=md", "-"], { cwd: repositoryRoot, input: markdown, encoding: "utf8" });
}
