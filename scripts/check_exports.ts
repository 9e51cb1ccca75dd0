/** Fails when `deno.json`, `package.json` and the published package do not tell the same story. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { command, entryPoints, npmPackageJson } from "./npm_metadata.ts";
import { repositoryRoot } from "./repository_root.ts";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, string>>;
}

const deno = readManifest("deno.json");
const node = readManifest("package.json");

const faults = [
  ...compare("exports", { "deno.json": deno.exports, "package.json": node.exports, "npm_metadata.ts": entryPoints }),
  ...compare("version", {
    "deno.json": deno.version,
    "package.json": node.version,
    "npm_metadata.ts": npmPackageJson.version,
  }),
  ...compare("license", {
    "deno.json": deno.license,
    "package.json": node.license,
    "npm_metadata.ts": npmPackageJson.license,
  }),
  // JSR names have a scope.
  ...compare("name", {
    "deno.json": deno.name.replace(/^@[^/]*\//, ""),
    "package.json": node.name,
    "npm_metadata.ts": npmPackageJson.name,
  }),
  ...compare("published entries", {
    "package.json": [...Object.keys(node.exports), "./package.json"],
    "npm_metadata.ts": Object.keys(npmPackageJson.exports),
  }),
  ...Object.entries({ ...deno.exports, ...node.exports, [command.name]: command.path })
    .filter(([, path]) => !existsSync(join(repositoryRoot, path)))
    .map(([name, path]) => `The entry ${name} names ${path}, which does not exist`),
];
for (const fault of faults) console.error(fault);
console.log(`check_exports: ${Object.keys(node.exports).length} entries, ${faults.length} faults`);
if (faults.length > 0) process.exitCode = 1;

function readManifest(name: string): Manifest {
  return JSON.parse(readFileSync(join(repositoryRoot, name), "utf8")) as Manifest;
}

/** Tells each file's own idea of `field`, unless they are all the same. */
function compare(field: string, values: Readonly<Record<string, unknown>>): string[] {
  const [first, ...others] = Object.values(values);
  if (others.every((value) => isDeepStrictEqual(value, first))) return [];
  const opinions = Object.entries(values).map(([file, value]) => `${file} has ${JSON.stringify(value)}`);
  return [`The ${field} disagree: ${opinions.join(", ")}`];
}
