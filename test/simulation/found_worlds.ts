/** A world in which a promise was broken until that was mended. */
export interface FoundWorld {
  seed: number;
  why: string;
}

/**
 * What the simulation has found, by the seeds that show it; two that hardly any seed shows any more have tests of their own
 * (`test/upload/complete_upload.test.ts`, `checkpoint_key.test.ts`). When worlds come to be planned otherwise, a seed makes another
 * world: `npm run simulate:check -- found` plants each of these bugs again, and tells a seed that finds it.
 */
export const FOUND_WORLDS: readonly FoundWorld[] = [
  { seed: 95, why: "a first refresh token that had served was tried again" },
  { seed: 377, why: "an upload told of its progress after its end" },
  { seed: 179, why: "a complete that never went out kept its session open" },
  { seed: 11776, why: "a call that had waited for its token went out in a pause that was asked for" },
  { seed: 8763, why: "a session was cancelled after the end" },
];
