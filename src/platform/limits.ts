import type { VideoModule } from "./types/video_module.ts";

/** What a module takes; both ends of every range are allowed. */
export interface VideoLimits {
  /** Seconds. */
  minDuration: number;
  /** Seconds. */
  maxDuration: number;
  /** Pixels, of the width and of the height. */
  maxSide: number;
  /** Bytes. */
  maxSize: number;
}

/**
 * The video rules of both modules. "30 MB" is 31 457 280 bytes on the platform's own page, so "1 GB" is read in the same
 * way: 2^30 bytes.
 */
export const VIDEO_LIMITS: Readonly<Record<VideoModule, Readonly<VideoLimits>>> = {
  media_space: { minDuration: 10, maxDuration: 60, maxSide: 1280, maxSize: 31_457_280 },
  media: { minDuration: 1, maxDuration: 180, maxSide: Infinity, maxSize: 1_073_741_824 },
};

/** Bytes in the largest image, in both modules: 10 MB. */
export const MAX_IMAGE_SIZE = 10_485_760;

/** Pixels of a side that Shopee, as clients measured, refuses, and that it takes. The limit lies between. */
export const REFUSED_IMAGE_SIDE = 16;
export const SURE_IMAGE_SIDE = 200;

/** Bytes of every part of a product video but the last. In `media` the answer of init tells. */
export let MEDIA_SPACE_PART_SIZE: number = 4_194_304;

/**
 * Makes the parts of product videos smaller, for a test that sends very many of them.
 *
 * @param size Bytes.
 * @returns Puts back what was there before.
 */
export function replaceMediaSpacePartSize(size: number): () => void {
  const before = MEDIA_SPACE_PART_SIZE;
  MEDIA_SPACE_PART_SIZE = size;
  return () => void (MEDIA_SPACE_PART_SIZE = before);
}

const HOUR = 3_600_000;
/** The platform's days begin at midnight in UTC+8. */
const DAY_SHIFT = 8 * HOUR;

/**
 * Finds when the calls of an app are counted anew.
 *
 * @param now Ms since 1970.
 * @returns The next 00:00 in UTC+8.
 */
export function nextQuotaReset(now: number): Date {
  const day = 24 * HOUR;
  return new Date((Math.floor((now + DAY_SHIFT) / day) + 1) * day - DAY_SHIFT);
}
