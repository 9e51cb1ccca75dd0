/**
 * Fails when something public is not documented: `deno doc --lint` wants a text for each exported symbol and each of its
 * members, and every exported function and class has to have an example, but for errors, which are met and not made.
 * `npm run test:examples` runs the examples.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { manifest, repositoryRoot } from "./repository.ts";

interface Declaration {
  readonly kind: string;
  readonly location: { readonly filename: string; readonly line: number };
  readonly jsDoc?: { readonly tags?: readonly { readonly kind: string; readonly doc?: string }[] };
}

interface Documentation {
  readonly nodes: Readonly<
    Record<string, { readonly symbols: readonly { name: string; declarations: readonly Declaration[] }[] }>
  >;
}

const faults = [...lint(), ...findMissingExamples()];
for (const fault of faults) console.error(fault);
console.log(`check_docs: ${Object.keys(manifest.exports).length} entries, ${faults.length} faults`);
if (faults.length > 0) process.exitCode = 1;

function lint(): string[] {
  const { status, stderr } = denoDoc("--lint");
  return status === 0 ? [] : [stderr];
}

function findMissingExamples(): string[] {
  const { nodes } = JSON.parse(denoDoc("--json").stdout) as Documentation;
  const faults = Object.values(nodes).flatMap(({ symbols }) => symbols).flatMap(({ name, declarations }) => {
    const declaration = declarations.find(({ kind }) => kind === "function" || kind === "class");
    if (declaration === undefined || declarations.some(hasExample)) return [];
    if (declaration.kind === "class" && name.endsWith("Error")) return [];
    const { filename, line } = declaration.location;
    return [`${filename.replace(`file://${repositoryRoot}/`, "")}:${line + 1} ${name} has no @example with a ts block`];
  });
  // What several entries export is reported once.
  return [...new Set(faults)];
}

function hasExample({ jsDoc }: Declaration): boolean {
  return jsDoc?.tags?.some(({ kind, doc }) => kind === "example" && /```ts\b/.test(doc ?? "")) ?? false;
}

function denoDoc(option: string): { status: number | null; stdout: string; stderr: string } {
  const deno = join(repositoryRoot, "node_modules", ".bin", "deno");
  const { status, stdout, stderr } = spawnSync(deno, ["doc", option, ...Object.values(manifest.exports)], {
    cwd: repositoryRoot,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
    maxBuffer: 2 ** 28,
  });
  // Deno warns of every file in @types/node.
  const noise = /^Warning Failed resolving types\..*\n\s+at .*\n?/gm;
  return { status, stdout, stderr: stderr.replace(noise, "") };
}
