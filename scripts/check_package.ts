/**
 * Checks the built package the way its users meet it: packs `npm/`, lints the tarball, installs it into an empty folder
 * and uploads a video from there to an emulator, with `import`, with `require` and with `npx shopee-media`, on the
 * oldest Node that it promises to work on and on the one used here.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { npmPackageJson } from "./npm_package.ts";
import { repositoryRoot } from "./repository.ts";

const oldestNode = `${npmPackageJson.engines["node"]!.replace(">=", "")}.0`;
const video = join(repositoryRoot, "scripts", "sample", "sample.mp4");
const md5 = createHash("md5").update(readFileSync(video)).digest("hex");
// Outside of the repository: within it, a package missing from the tarball's dependencies would still be found.
const workplace = mkdtempSync(join(tmpdir(), "shopee-media-package-"));

try {
  const tarball = pack();
  run("publint", ["--strict", tarball]);
  run("attw", [tarball, "--profile", "node16"]);
  console.log("✓ publint and attw");

  const consumer = join(workplace, "consumer");
  install(consumer, tarball);
  writeConsumers(consumer);
  run("tsc", ["-p", consumer]);
  console.log("✓ The declarations fit, for import and for require");

  for (const node of [installNode(oldestNode), process.execPath]) checkUploads(consumer, node);
} finally {
  rmSync(workplace, { recursive: true, force: true });
}

function pack(): string {
  const answer = run("npm", ["pack", join(repositoryRoot, "npm"), "--json", "--pack-destination", workplace]);
  const [{ filename, files }] = JSON.parse(answer) as [{ filename: string; files: { path: string }[] }];
  const strays = files.filter(({ path }) => /(^|\/)(test|bench)\/|\.test\./.test(path));
  if (strays.length > 0) throw new Error(`The package holds ${strays.map(({ path }) => path).join(", ")}`);
  console.log(`✓ ${filename} with ${files.length} files`);
  return join(workplace, filename);
}

function install(folder: string, wanted: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), `{ "private": true }\n`);
  run("npm", ["install", "--no-audit", "--no-fund", wanted], { cwd: folder });
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
  cpSync(programs, folder, { recursive: true });
  cpSync(join(programs, "types.mts"), join(folder, "types.cts"));
  const compilerOptions = {
    module: "nodenext",
    target: "es2023",
    lib: ["esnext", "dom", "dom.iterable", "dom.asynciterable"],
    strict: true,
    noEmit: true,
    typeRoots: [join(repositoryRoot, "node_modules", "@types")],
    types: ["node"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["types.mts", "types.cts"] }));
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
