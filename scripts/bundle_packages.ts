import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { rolldown } from "rolldown";
import { manifest, repositoryRoot } from "./repository.ts";

/** What the core needs. Users install these, so that an application has one copy of what it uses, too. */
const installed = ["ky", "web-streams-polyfill"];

/** What the emulator and the command alone need: it comes within the package. */
const rare = Object.keys(manifest.dependencies).filter((name) => !installed.includes(name));

/** What comes within each format. `ky` is an ES module, which Jest, for one, cannot `require`. */
const bundled = { esm: rare, cjs: [...rare, "ky"] };

/** The published dependencies, as ranges, so that repairs made there arrive. */
export const publishedDependencies: Readonly<Record<string, string>> = Object.fromEntries(
  installed.map((name) => [name, `^${manifest.dependencies[name]}`]),
);

/** Matches where a module names another: the beginning, up to its quote, and the name. */
const SPECIFIER = /((?:\bfrom|\bimport|\brequire\(|\bimport\()\s*)"([^"./][^"]*)"/g;

/**
 * Puts what the built files of `folder` import of the bundled packages into its folder `packages`, and has them import it
 * from there.
 *
 * @returns The folders of the packages that are in it, those that they need included.
 * @throws {Error} Declarations name such a package: a consumer's compiler would look for it.
 */
export async function bundlePackages(folder: string, format: "esm" | "cjs"): Promise<string[]> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => join(folder, path));
  const modules = files.filter((path) => path.endsWith(".js"));
  const specifiers = new Set(modules.flatMap((path) => specifiersOf(path, bundled[format])));
  const strays = files.filter((path) => path.endsWith(".d.ts") && specifiersOf(path, rare).length > 0);
  if (strays.length > 0) throw new Error(`A consumer has no such package: ${strays.join(", ")}`);

  const names = new Map([...specifiers].map((specifier) => [specifier, specifier.replaceAll(/\W+/g, "_")]));
  const bundle = await rolldown({
    cwd: repositoryRoot,
    input: Object.fromEntries([...names].map(([specifier, name]) => [name, specifier])),
    platform: "node",
  });
  const { output } = await bundle.write({
    dir: join(folder, "packages"),
    format,
    minify: true,
    exports: "named",
    chunkFileNames: "[name]_[hash].js",
  });
  await bundle.close();

  for (const path of modules) {
    const text = readFileSync(path, "utf8");
    const rewritten = text.replaceAll(SPECIFIER, (whole, before: string, specifier: string) => {
      const name = names.get(specifier);
      return name === undefined
        ? whole
        : `${before}"${relative(dirname(path), join(folder, "packages", `${name}.js`))}"`;
    });
    if (rewritten !== text) writeFileSync(path, rewritten);
  }
  const ids = output.flatMap((chunk) => chunk.type === "chunk" ? chunk.moduleIds : []);
  return [...new Set(ids.flatMap(packageFolder))].sort();
}

/**
 * Writes down who made the packages that are bundled, and on what terms they may be; `hash-wasm` too, of which the source
 * holds a module as text.
 */
export function writeLicences(path: string, bundledFolders: readonly string[]): void {
  const folders = new Set([...bundledFolders, join(repositoryRoot, "node_modules", "hash-wasm")]);
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
    const text = file === undefined ? licenceOf(folder) : readFileSync(join(folder, file), "utf8").trim();
    return `## ${name} ${version} (${license})\n\n${text}\n`;
  });
  const head =
    "# Packages within this package\n\nThe emulator, the command, what `require` loads and the fallback for MD5 contain code of these packages.\n";
  writeFileSync(path, `${head}\n${texts.join("\n")}`);
}

/** A package without a file for it may have the text at the end of its README. */
function licenceOf(folder: string): string {
  const readme = readdirSync(folder).find((name) => /^readme/i.test(name));
  const text = readme && /^#+ licen[cs]e[^]*$/im.exec(readFileSync(join(folder, readme), "utf8"))?.[0];
  if (!text) throw new Error(`No licence is to be found in ${folder}`);
  return text.trim();
}

function specifiersOf(path: string, packages: readonly string[]): string[] {
  const found = [...readFileSync(path, "utf8").matchAll(SPECIFIER)].map(([, , specifier]) => specifier!);
  return found.filter((specifier) => packages.some((name) => specifier === name || specifier.startsWith(`${name}/`)));
}

/** The folder of the package that a module belongs to; none for what the bundler adds of its own. */
function packageFolder(id: string): string[] {
  const folder = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.replace(/^\0/, ""))?.[0];
  return folder !== undefined && existsSync(join(folder, "package.json")) ? [folder] : [];
}
