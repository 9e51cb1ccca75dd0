import { expect, test } from "vitest";
import { allCells } from "../../../scripts/reliability/cell.ts";
import { FAULT_CASES } from "../../../scripts/reliability/fault_cases.ts";
import { inParallel } from "../../../scripts/reliability/in_parallel.ts";
import { titleOf } from "../../../scripts/reliability/print_matrix.ts";
import { readSampleImages } from "../../../scripts/reliability/read_sample_images.ts";
import { createMatrixFiles, runCell } from "../../../scripts/reliability/run_cell.ts";
import { FAULT_PARAMETERS } from "../../../src/emulator/faults/fault.ts";

/** Those of pushes have tests of their own. */
const FAULTS_OF_PUSHES = ["delay", "drop", "duplicate"];

test("the matrix has every fault that the emulator knows", () => {
  const kinds = new Set<string>([...FAULT_CASES.map(({ fault }) => fault.kind), ...FAULTS_OF_PUSHES]);
  expect([...kinds].sort()).toEqual(Object.keys(FAULT_PARAMETERS).sort());
});

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
