import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readText, repositoryRoot } from "../../scripts/repository.ts";
import { SCRIPTS } from "../../src/cli/conform/probes.ts";
import { REFUSALS } from "../../src/emulator/api/refusals.ts";
import { READINGS } from "../../src/platform/error_codes.ts";

const contract = readText("docs/contract.md");
/** The tables that are written by hand. */
const facts = rowsOf(contract.slice(0, contract.indexOf("## Error codes"))).filter(([fact]) => fact !== "fact");
const PROBES = SCRIPTS.flatMap(({ probes }) => probes.map(({ call, name }) => `${call} ${name}`));

/** The cells of all rows, however wide they are written. */
function rowsOf(markdown: string): string[][] {
  return markdown.split("\n").filter((line) => /^\| (?!-)/.test(line))
    .map((line) => line.slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim()));
}

test("every refusal of the emulator and every reading of a code is in them", () => {
  const named = new Set(rowsOf(contract).map(([name]) => name!.replaceAll("`", "")));

  for (const name of [...Object.keys(REFUSALS), ...READINGS.keys()]) expect(named).toContain(name);
});

test("every fact tells where it is known from and where it stands", () => {
  expect(facts.length).toBeGreaterThan(40);
  for (const [fact, source, places] of facts) {
    expect(source, fact).toMatch(/^(reference|sample|client|guess)\b/);
    const paths = [...places!.matchAll(/`([^`]+)`/g)].map(([, path]) => path!);
    expect(paths, fact).not.toEqual([]);
    for (const path of paths) expect(existsSync(join(repositoryRoot, path)), path).toBe(true);
  }
});

test("every probe is there for a fact, and every probe that a fact names is asked", () => {
  const named = new Set(facts.flatMap(([, , , probes]) => {
    return [...probes!.matchAll(/`([^`]+)` ([\w, -]+)/g)].flatMap(([, call, names]) => {
      return names!.split(",").map((name) => `${call} ${name.trim()}`);
    });
  }));

  expect([...named].filter((probe) => !PROBES.includes(probe))).toEqual([]);
  expect(PROBES.filter((probe) => !named.has(probe))).toEqual([]);
});
