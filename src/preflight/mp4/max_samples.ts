/** Frames that a track may claim to have: nine hours of them, 30 a second. A few bytes can claim four billion. */
export const MAX_SAMPLES = 1_000_000;
