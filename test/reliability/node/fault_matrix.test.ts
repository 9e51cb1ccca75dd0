import { expect, test } from "vitest";
import { allCells } from "../../../scripts/reliability/cell.ts";
import { inParallel } from "../../../scripts/reliability/in_parallel.ts";
import { titleOf } from "../../../scripts/reliability/print_matrix.ts";
import { readSampleImages } from "../../../scripts/reliability/read_sample_images.ts";
import { createMatrixFiles, runCell } from "../../../scripts/reliability/run_cell.ts";

/** Every so many cells of the matrix: no multiple of anything in it, so that each fault and each stage has its turn. */
const STEP = 6;

test(`every ${STEP}th cell of the fault matrix keeps all promises`, { timeout: 120_000 }, async () => {
  const files = createMatrixFiles(await readSampleImages());
  const cells = allCells().filter((_, index) => index % STEP === 0);
  const runs = await inParallel(cells, 24, (cell) => runCell(cell, files));
  const broken = runs.flatMap(({ cell, broken }) => broken.map((words) => `${titleOf(cell)}: ${words}`));
  expect(broken).toEqual([]);
  expect(runs.length).toBeGreaterThan(200);
});
