import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { type OutputChunk, rolldown } from "rolldown";
import { expect, test } from "vitest";
import { repositoryRoot } from "../../../scripts/repository.ts";

// The limit is of what a page has to load before it can call anything, minified and gzipped.
test.each([
  { entry: "mod.ts", limit: 50_000, packages: ["ky"], late: ["hash_wasm.generated.ts"] },
  { entry: "src/preflight/mod.ts", limit: 10_500, packages: [], late: [] },
  { entry: "src/push/mod.ts", limit: 6_000, packages: [], late: [] },
])("$entry bundles for a browser, into less than $limit bytes", async ({ entry, limit, packages, late }) => {
  const chunks = await bundleForBrowser(entry);
  const first = chunks.filter(({ isDynamicEntry }) => !isDynamicEntry);
  const loadedLater = chunks.filter(({ isDynamicEntry }) => isDynamicEntry);

  const size = gzipSync(first.map(({ code }) => code).join("")).length;
  console.log(`${entry}: ${size} bytes`);
  expect(size).toBeLessThan(limit);
  expect(packagesIn(chunks)).toEqual(packages);
  expect(loadedLater.flatMap(({ moduleIds }) => moduleIds.map((id) => basename(id)))).toEqual(late);
});

/** Bundles an entry. Fails when it needs what a browser lacks, such as a module of Node. */
async function bundleForBrowser(entry: string): Promise<OutputChunk[]> {
  const warnings: string[] = [];
  const bundle = await rolldown({
    input: join(repositoryRoot, entry),
    platform: "browser",
    onLog: (_, { message }) => void warnings.push(message),
  });
  const { output } = await bundle.generate({ format: "es", minify: true });
  await bundle.close();
  const chunks = output.filter((file) => file.type === "chunk");

  expect(warnings).toEqual([]);
  const names = chunks.map(({ fileName }) => fileName);
  for (const { imports, dynamicImports } of chunks) {
    expect(names).toEqual(expect.arrayContaining([...imports, ...dynamicImports]));
  }
  return chunks;
}

function packagesIn(chunks: OutputChunk[]): string[] {
  const names = chunks.flatMap(({ moduleIds }) => moduleIds.map((id) => /node_modules\/([^/]+)/.exec(id)?.[1]));
  return [...new Set(names)].filter((name) => name !== undefined).sort();
}
