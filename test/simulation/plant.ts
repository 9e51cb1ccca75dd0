/**
 * `npm run simulate:check [-- --worlds 20000 --from 0 --from-bug 0 PATTERN]`: checks the checker. Plants each bug of `planted_bugs.ts` in a
 * copy, and tells by which seed the simulation finds it. Ends non-zero when more than two stay hidden.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { mapBounded } from "../../src/async/map_bounded.ts";
import { PLANTED_BUGS, type PlantedBug } from "./planted_bugs.ts";

const { values, positionals: [pattern = ""] } = parseArgs({
  options: {
    worlds: { type: "string", default: "20000" },
    "from": { type: "string", default: "0" },
    "from-bug": { type: "string", default: "0" },
  },
  allowPositionals: true,
});
const root = join(import.meta.dirname, "..", "..");
const COPIED = ["mod.ts", "package.json", "src", "test/simulation", "test/support", "test/reliability/soak"];
const MOST_HIDDEN = 2;

/** Copies what the simulation needs, with the bug in it. */
function plant({ name, file, find, replace }: PlantedBug, index: number): string {
  const folder = join(root, ".tmp", "planted", `${process.pid}.${index}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const path of COPIED) cpSync(join(root, path), join(folder, path), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const source = readFileSync(join(root, file), "utf8");
  if (source.split(find).length !== 2) throw new Error(`${file} has not, or not once, what "${name}" replaces`);
  writeFileSync(join(folder, file), source.replace(find, () => replace));
  return folder;
}

/** Looks for the bug; returns the first world that found it, as it was printed. */
async function seek(folder: string): Promise<string | undefined> {
  const args = [
    "test/simulation/main.ts",
    "--from",
    values.from,
    "--to",
    `${Number(values.from) + Number(values.worlds)}`,
    "--processes",
    "1",
    "--first",
  ];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  const [output] = await Promise.all([text(child.stdout), once(child, "exit")]);
  const [, words, seed] = /^BROKEN {2}(.*)\n.*--seed (\d+)/m.exec(output) ?? [];
  return words && `seed ${seed}: ${words}`;
}

const bugs = PLANTED_BUGS.slice(Number(values["from-bug"])).filter(({ name }) => name.includes(pattern));
const found = await mapBounded(bugs, 2, async (bug, index) => {
  const folder = plant(bug, index);
  const how = await seek(folder);
  rmSync(folder, { recursive: true, force: true });
  console.log(`${how === undefined ? "HIDDEN" : "found "}  ${bug.name}${how === undefined ? "" : `: ${how}`}`);
  return how !== undefined;
});
const hidden = found.filter((isFound) => !isFound).length;
console.log(`${bugs.length - hidden} of ${bugs.length} planted bugs were found within ${values.worlds} worlds`);
process.exitCode = hidden > MOST_HIDDEN ? 1 : 0;
