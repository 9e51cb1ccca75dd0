import { expect, test } from "vitest";
import { copyRepository } from "./copy_repository.ts";

const MEASURES = [
  "files in src",
  "median lines of a file",
  "files under 20 lines",
  "the upload's main function: lines",
  "… its lets",
  "the transport's factory: lines",
  "… its loop: lines",
  "entries into the upload's main file for each part",
  "controllers that an abort passes",
  "times that a part's error is dealt with",
  "longest import chain from mod.ts",
  "longest import chain in the house",
  "circles of imports",
  "places that decide whether to retry",
];

/** The table that a copy prints: the value of each measure, and whether it is as it must be. */
function measure(copy = copyRepository()): Record<string, { value: number; isMet: boolean }> {
  const { status, output } = copy.run("scripts/house.ts");
  expect(status, output).toBe(0);
  const rows = [...output.matchAll(/^(✗| ) {2}(\S.*?) {2,}([\d.]+) +[≤≥] [\d.]+$/gm)];
  return Object.fromEntries(rows.map(([, mark, what, value]) => [what, { value: Number(value), isMet: mark === " " }]));
}

test("every measure is taken, and moves with what it measures", { timeout: 120_000 }, () => {
  const before = measure();
  expect(Object.keys(before)).toEqual(MEASURES);
  for (const { value } of Object.values(before)) expect(value).toBeGreaterThanOrEqual(0);
  for (const what of MEASURES.filter((what) => !/lets|circles/.test(what))) {
    expect([what, before[what]!.value]).not.toEqual([what, 0]);
  }

  const copy = copyRepository();
  for (let index = 0; index < 20; index++) copy.write(`src/async/planted_${index}.ts`, "export {};\n");
  copy.write("src/api/planted_a.ts", 'import type { B } from "./planted_b.ts"; export type A = B;');
  copy.write(
    "src/api/planted_b.ts",
    `import type { A } from "./planted_a.ts";
export type B = A[];
export function isTransient(error: { code: string }): boolean {
  return error.code === "error_server";
}
`,
  );
  // One more handler of a part's error, one more call and one `let` in the main function.
  const [poolPath, uploadPath] = ["src/stream/part_pool.ts", "src/upload/video_upload.ts"];
  const pool = copy.read(poolPath).replace(
    /await upload\(part[^)]*\)/,
    "$&.catch((error) => { void String(error); throw error; })",
  );
  expect(pool).not.toBe(copy.read(poolPath));
  copy.write(poolPath, pool);
  const upload = copy.read(uploadPath);
  const planted = upload
    .replace(/(export function createVideoUpload[^]*?\{\n)( {2}const )/, "$1  let planted = 0;\n$2")
    .replace("async function write(chunk: ByteChunk): Promise<void> {", "$&\n    (() => planted++)();");
  copy.write(uploadPath, planted);
  const after = measure(copy);

  const change = (what: string) => after[what]!.value - before[what]!.value;
  expect(change("files in src")).toBe(22);
  expect(change("files under 20 lines")).toBe(22);
  expect(change("… its lets")).toBe(1);
  expect(change("entries into the upload's main file for each part")).toBe(1);
  expect(change("times that a part's error is dealt with")).toBe(1);
  expect(change("circles of imports")).toBe(1);
  expect(change("places that decide whether to retry")).toBe(1);
  expect(after["circles of imports"]!.isMet).toBe(false);
});
