import { expect, test } from "vitest";
import { isFull } from "../../support/full.ts";
import { judgeSoak, runSoak } from "../soak/run_soak.ts";

const UPLOADS = isFull ? 25 : 15;

test.each(["samples", "reference"] as const)(
  `${UPLOADS} uploads while one call in ten goes wrong: none is corrupted, hangs or leaks (%s)`,
  { timeout: 120_000 },
  async (dialect) => {
    const report = await runSoak({ seed: 7, uploads: UPLOADS, dialect });
    expect(judgeSoak(report, UPLOADS)).toEqual([]);
    expect(report.faults).toBeGreaterThan(UPLOADS / 4);
    expect(report.outcomes.succeeded).toBeGreaterThan(UPLOADS / 2);
  },
);
