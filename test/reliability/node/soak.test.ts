import { expect, test } from "vitest";
import { judgeSoak, runSoak } from "../soak/run_soak.ts";

const UPLOADS = 40;

test(
  `${UPLOADS} uploads while one call in ten goes wrong: none is corrupted, hangs or leaks`,
  { timeout: 120_000 },
  async () => {
    const report = await runSoak({ seed: 7, uploads: UPLOADS });
    expect(judgeSoak(report, UPLOADS)).toEqual([]);
    expect(report.faults).toBeGreaterThan(10);
    expect(report.outcomes.succeeded).toBeGreaterThan(UPLOADS / 2);
  },
);
