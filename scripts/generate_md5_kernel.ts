/**
 * Assembles the MD5 kernel into `src/stream/md5/kernel.generated.ts`.
 *
 * `node scripts/generate_md5_kernel.ts` writes the module; with `--check` it only compares, and exits with 1 when the
 * committed one is not what this script would write.
 *
 * @module
 */
import { readFile, writeFile } from "node:fs/promises";
import process from "node:process";
import wabt from "wabt";
import { MEMORY_PAGES } from "../src/stream/md5/kernel.ts";
import { md5KernelWat } from "./md5_kernel_wat.ts";

const TARGET = new URL("../src/stream/md5/kernel.generated.ts", import.meta.url);

async function generateModule(): Promise<string> {
  const { parseWat } = await wabt();
  const assembled = parseWat("md5_kernel.wat", md5KernelWat(MEMORY_PAGES));
  assembled.validate();
  const { buffer } = assembled.toBinary({});
  assembled.destroy();
  return `// Written by scripts/generate_md5_kernel.ts. Do not edit: change the script and run it again.

/** The MD5 kernel, a WebAssembly module of ${buffer.length} bytes, in base64. */
export const KERNEL_BASE64: string =
  "${Buffer.from(buffer).toString("base64")}";
`;
}

const generated = await generateModule();
if (!process.argv.includes("--check")) {
  await writeFile(TARGET, generated);
} else if (generated !== await readFile(TARGET, "utf8").catch(() => "")) {
  console.error("kernel.generated.ts is not what its script writes: run `node scripts/generate_md5_kernel.ts`");
  process.exitCode = 1;
}
