import { expect, test } from "vitest";
import { mapBounded } from "../../../src/async/map_bounded.ts";
import { FAULT_PARAMETERS } from "../../../src/emulator/faults/fault.ts";
import { allCells, FAULT_CASES } from "../matrix/cells.ts";
import { titleOf } from "../matrix/print_matrix.ts";
import { createMatrixFiles, runCell } from "../matrix/run_cell.ts";
import { isFull } from "../../support/full.ts";

/** Those of pushes, and of what is done with a video, have tests of their own. */
const OTHER_FAULTS = ["delay", "drop", "duplicate", "not-attachable"];

test("the matrix has every fault that the emulator knows", () => {
  const kinds = new Set<string>([...FAULT_CASES.map(({ fault }) => fault.kind), ...OTHER_FAULTS]);
  expect([...kinds].sort()).toEqual(Object.keys(FAULT_PARAMETERS).sort());
});

/** Every so many cells of the matrix: no multiple of anything in it, so that each fault and each stage has its turn. */
const STEP = isFull ? 11 : 53;

test(`every ${STEP}th cell of the fault matrix keeps all promises`, { timeout: 120_000 }, async () => {
  const files = await createMatrixFiles();
  const cells = allCells().filter((_, index) => index % STEP === 0);
  const runs = await mapBounded(cells, 24, (cell) => runCell(cell, files));
  const broken = runs.flatMap(({ cell, broken }) => broken.map((words) => `${titleOf(cell)}: ${words}`));
  expect(broken).toEqual([]);
  expect(runs.length).toBeGreaterThan(2_000 / STEP);
});
