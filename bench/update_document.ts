import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { formatResults } from "./format_results.ts";
import type { BenchResult } from "./result.ts";
import { RUNTIME } from "./runtime.ts";

const GENERATED = /(<!-- results of npm run bench -->\n)[^]*(<!-- end -->)/;

/**
 * Puts results into a document, between two comments that mark their place.
 *
 * @param url The document.
 * @param results What goes there.
 */
export async function updateDocument(url: URL, results: readonly BenchResult[]): Promise<void> {
  const text = await readFile(url, "utf8");
  if (!GENERATED.test(text)) throw new Error(`Cannot update ${url.pathname}: it has no place for results`);
  const machine = `${RUNTIME.name} ${RUNTIME.version}, ${availableParallelism()} × ${cpus()[0]?.model.trim()}`;
  const day = new Date().toISOString().slice(0, 10);
  const generated = `\nMeasured on ${day}: ${machine}.\n\n${formatResults(results)}\n\n`;
  await writeFile(url, text.replace(GENERATED, (_all, start, end) => `${start}${generated}${end}`));
}
