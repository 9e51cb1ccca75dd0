/**
 * Checks the built package the way its users meet it: packs `npm/`, lints the tarball, installs it into an empty folder,
 * weighs what that brings and what a page would load (`scripts/budget.json` has the limits), uploads a video from there
 * with `import`, `require` and `npx`, on the oldest Node that it promises to work on and on the one used here, compiles
 * against it, and runs it in other people's test runners and in a page.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { findChromium } from "../test/support/find_chromium.ts";
import { npmPackageJson } from "./npm_package.ts";
import { manifest, repositoryRoot } from "./repository.ts";

/** The oldest that works (declarations name `Uint8Array<ArrayBuffer>`), one between, and the newest. */
const TYPESCRIPTS = ["5.7", "5.9", manifest.devDependencies["typescript"]!];
/** Debian's, and what many still have. */
const TOO_OLD = "20.11.0";
const oldestNode = `${npmPackageJson.engines["node"]!.replace(">=", "")}.0`;
const video = join(repositoryRoot, "scripts", "sample", "sample.mp4");
const md5 = createHash("md5").update(readFileSync(video)).digest("hex");
/** How a page is built. */
const PAGE = {
  bundle: true,
  minify: true,
  write: false,
  format: "esm",
  platform: "browser",
  logLevel: "silent",
} as const;
const budget = JSON.parse(readFileSync(join(repositoryRoot, "scripts", "budget.json"), "utf8")) as {
  packages: number;
  bytes: number;
  bundles: Record<string, number>;
};
// Outside of the repository: within it, a package missing from the tarball's dependencies would still be found.
const workplace = mkdtempSync(join(tmpdir(), "shopee-media-package-"));

try {
  const tarball = pack();
  run("publint", ["--strict", tarball]);
  run("attw", [tarball, "--profile", "node16"]);
  console.log("✓ publint and attw");

  const consumer = join(workplace, "consumer");
  install(consumer, tarball);
  checkWeight(join(consumer, "node_modules"));
  await checkBundles(consumer);
  writeConsumers(consumer);

  for (const node of [installNode(oldestNode), process.execPath]) checkUploads(consumer, node);
  checkRefusal(consumer, installNode(TOO_OLD));
  checkTypes(consumer);
  checkRunner(tarball, { folder: "jest", packages: ["jest@30"], command: ["jest"] });
  checkRunner(tarball, { folder: "jsdom", packages: ["vitest@5", "jsdom"], command: ["vitest", "run"] });
  await checkPage(consumer);
} finally {
  rmSync(workplace, { recursive: true, force: true });
}

function pack(): string {
  const answer = run("npm", ["pack", join(repositoryRoot, "npm"), "--json", "--pack-destination", workplace]);
  const [{ filename, files }] = JSON.parse(answer) as [{ filename: string; files: { path: string }[] }];
  const strays = files.filter(({ path }) => /(^|\/)(test|bench)\/|\.test\./.test(path));
  if (strays.length > 0) throw new Error(`The package holds ${strays.map(({ path }) => path).join(", ")}`);
  const paths = new Set(files.map(({ path }) => path));
  // What is no ES module cannot have it, and a bundler may put it into every entry. No entry for pages has `packages/`.
  const metas = [...paths].filter((path) =>
    /^(?!.*\/packages\/).*\.js$/.test(path) &&
    readFileSync(join(repositoryRoot, "npm", path), "utf8").includes("import.meta")
  );
  if (metas.length > 0) throw new Error(`import.meta is in ${metas.join(", ")}`);
  const readme = readFileSync(join(repositoryRoot, "npm", "README.md"), "utf8");
  const gone = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].filter(([, path]) => !paths.has(path!));
  if (gone.length > 0) throw new Error(`The README links to ${gone.map(([, path]) => path).join(", ")}`);
  console.log(`✓ ${filename} with ${files.length} files, and all that its README links to`);
  return join(workplace, filename);
}

/** What `npm install shopee-media` brings, at most. */
function checkWeight(folder: string): void {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  const packages =
    files.filter(({ parentPath, name }) =>
      name === "package.json" && /node_modules\/(?:@[^/]+\/)?[^/]+$/.test(parentPath)
    ).length;
  const weight = `npm install brings ${packages} packages and ${(bytes / 1e6).toFixed(2)} MB`;
  if (packages > budget.packages || bytes > budget.bytes) {
    throw new Error(`${weight}: more than ${JSON.stringify(budget)}`);
  }
  console.log(`✓ ${weight}`);
}

/** What a page that imports from the package has to load, as esbuild makes it: in one file, minified, compressed. */
async function checkBundles(folder: string): Promise<void> {
  for (const [code, limit] of Object.entries(budget.bundles)) {
    const { outputFiles } = await build({ ...PAGE, stdin: { contents: code, resolveDir: folder } });
    const size = gzipSync(outputFiles[0]!.contents).length;
    if (size > limit) throw new Error(`${code}: ${size} bytes, more than ${limit}`);
    console.log(`✓ ${code}: ${size} bytes`);
  }
}

function install(folder: string, ...wanted: string[]): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), `{ "private": true }\n`);
  run("npm", ["install", "--no-audit", "--no-fund", ...wanted], { cwd: folder });
}

/** Installs another Node. The package `node` would have to run a script for it; the one it fetches has the binary. */
function installNode(version: string): string {
  const folder = join(workplace, `node-${version}`);
  const name = `node-${process.platform}-${process.arch}`;
  install(folder, `${name}@${version}`);
  return join(folder, "node_modules", name, "bin", "node");
}

/** Copies the programs of `scripts/consumer`, which use the package as if they were someone else's. */
function writeConsumers(folder: string): void {
  const programs = join(repositoryRoot, "scripts", "consumer");
  cpSync(programs, folder, { recursive: true, filter: (path) => !/\/(jest|jsdom)$/.test(path) });
  cpSync(join(programs, "types.mts"), join(folder, "types.cts"));
}

/**
 * Compiles a consumer as strictly as a compiler can, declarations of packages included: with the oldest TypeScript that
 * works, one between and the newest, and without the types of browsers.
 */
function checkTypes(folder: string): void {
  const strict = {
    module: "nodenext",
    target: "es2022",
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
    types: ["node"],
  };
  const browsers = ["esnext", "dom", "dom.iterable", "dom.asynciterable"];
  for (
    const [name, lib, files] of [["dom", browsers, ["types.mts", "types.cts"]], ["node", ["es2023"], [
      "types_node.mts",
    ]]]
  ) {
    writeFileSync(join(folder, `${name}.json`), JSON.stringify({ compilerOptions: { ...strict, lib }, files }));
  }
  for (const version of TYPESCRIPTS) {
    run("npm", ["install", "--no-save", "--no-audit", "--no-fund", `typescript@${version}`, "@types/node@22"], {
      cwd: folder,
    });
    for (const name of ["dom", "node"]) {
      run(join(folder, "node_modules", ".bin", "tsc"), ["-p", `${name}.json`], { cwd: folder });
    }
    console.log(
      `✓ The declarations fit TypeScript ${version}, for import and for require, with and without a browser's types`,
    );
  }
}

function checkUploads(folder: string, node: string): void {
  const version = run(node, ["--version"]).trim();
  const entries = run(node, ["load_entries.mjs"], { cwd: folder, node }).trim();
  console.log(`✓ import and require of ${entries} on Node ${version}`);

  const ways: Record<string, string[]> = {
    import: [node, "upload.mjs", video],
    require: [node, "upload.cjs", video],
    npx: ["npx", "--no", "shopee-media", "upload", video, "--emulator", "--json"],
  };
  for (const [way, [command, ...args]] of Object.entries(ways)) {
    const output = run(command!, args, { cwd: folder, node });
    const answer = JSON.parse(output.trim().split("\n").at(-1)!) as { videoUploadId?: string; md5?: string };
    if (!answer.videoUploadId || answer.md5 !== md5) {
      throw new Error(`${way} on Node ${version} answered ${output}, expected the MD5 ${md5}`);
    }
    console.log(`✓ ${way} on Node ${version}: ${answer.videoUploadId}, MD5 ${answer.md5}`);
  }
}

/** On an old Node the package can be imported, and says what it needs. */
function checkRefusal(folder: string, node: string): void {
  const refusal = `Cannot work on Node ${TOO_OLD}: Node 22.12 or later is needed, or another runtime from 2024 on`;
  const said = run(node, ["refuse.mjs"], { cwd: folder, node }).trim();
  const command = join(folder, "node_modules", ".bin", "shopee-media");
  const { status, stderr } = spawnSync(node, [command, "status", "sg_1"], { cwd: folder, encoding: "utf8" });
  if (said !== refusal || status !== 1 || stderr.trim() !== `shopee-media: ${refusal}`) {
    throw new Error(`Node ${TOO_OLD} said "${said}", and the command "${stderr}"`);
  }
  console.log(`✓ ${refusal}`);
}

interface Runner {
  /** Folder of `scripts/consumer` with its tests. */
  folder: string;
  packages: readonly string[];
  command: readonly [program: string, ...args: string[]];
}

/** Runs the tests of a consumer as its test runner does by default. */
function checkRunner(tarball: string, { folder, packages, command: [program, ...args] }: Runner): void {
  const place = join(workplace, folder);
  install(place, tarball, ...packages);
  cpSync(join(repositoryRoot, "scripts", "consumer", folder), place, { recursive: true });
  Object.assign(process.env, { VIDEO: video, MD5: md5 });
  run(join(place, "node_modules", ".bin", program), args, { cwd: place });
  console.log(`✓ Uploads under ${packages.join(" with ")}`);
}

/** Loads a bundle in a page of Chromium, and has it cut and hash. */
async function checkPage(folder: string): Promise<void> {
  const contents = `import { Md5Stream, RechunkStream, uploadVideo } from "shopee-media";
    import { checkVideoFile } from "shopee-media/preflight";
    globalThis.run = async () => {
      const digests = [];
      await new Blob(["abcdefgh"]).stream().pipeThrough(new RechunkStream(3)).pipeThrough(new Md5Stream())
        .pipeTo(new WritableStream({ write: (part) => void digests.push(part.md5) }));
      return [digests.length, digests[0], typeof uploadVideo, typeof checkVideoFile].join(" ");
    };`;
  const { outputFiles } = await build({ ...PAGE, stdin: { contents, resolveDir: folder } });
  const browser = await chromium.launch({
    executablePath: await findChromium(),
    args: ["--no-sandbox", "--disable-gpu"],
  });
  try {
    const page = await browser.newPage();
    const errors: Error[] = [];
    page.on("pageerror", (error) => errors.push(error));
    await page.addScriptTag({ content: outputFiles[0]!.text, type: "module" });
    await page.waitForFunction("globalThis.run");
    const answer = await page.evaluate("globalThis.run()");
    const right = `3 ${createHash("md5").update("abc").digest("hex")} function function`;
    if (answer !== right || errors.length > 0) throw new Error(`A page answered ${answer}: ${errors.join()}`);
  } finally {
    await browser.close();
  }
  console.log(`✓ Loads in a page of Chromium`);
}

/** Runs a program, `node` being the Node it finds, and returns what it prints; throws what it prints if it fails. */
function run(command: string, args: readonly string[], options: { cwd?: string; node?: string } = {}): string {
  const { cwd = repositoryRoot, node = process.execPath } = options;
  // What npm tells the scripts it runs would confuse the npm of another folder.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith("npm_")),
  );
  const path = [dirname(node), join(repositoryRoot, "node_modules", ".bin"), process.env["PATH"]].join(delimiter);
  try {
    return execFileSync(command, args, {
      cwd,
      env: { ...env, PATH: path },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 300_000,
    });
  } catch (error) {
    const { message, stdout, stderr } = error as Error & { stdout?: string; stderr?: string };
    throw new Error([message.split("\n")[0], stdout, stderr].join("\n"));
  }
}
