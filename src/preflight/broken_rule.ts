/** A rule of Shopee's that a file breaks. */
export interface BrokenRule {
  /**
   * Which rule: `readable`, `not_empty`, `format`, `size`, and for a video also `video_track`, `duration`, `width` and
   * `height`, for an image `pixels`.
   */
  rule: BrokenRuleName;
  /** What the file has: seconds, pixels, bytes or the name of a format; `null` where it has nothing. */
  value: number | string | null;
  /** The limit that `value` breaks, in the same unit. */
  limit: number | string;
  /**
   * Whether Shopee may take the file all the same, since nobody knows how exactly it measures: a video that a frame makes
   * too long or too short. @default false
   */
  uncertain?: true;
  /** What is wrong, to be listed with others, such as `it lasts 9.9 s, at least 10 s are needed`. */
  reason: string;
  /** The same as a whole sentence, such as `Cannot upload the video: it lasts 9.9 s, at least 10 s are needed`. */
  message: string;
}

/** Name of a rule. */
export type BrokenRuleName =
  | "readable"
  | "not_empty"
  | "format"
  | "video_track"
  | "duration"
  | "width"
  | "height"
  | "pixels"
  | "size";

/** Says that a file breaks a rule; `what` names the file in the sentence. */
export function breakRule(what: "video" | "image", rule: Omit<BrokenRule, "message">): BrokenRule {
  return { ...rule, message: `Cannot upload the ${what}: ${rule.reason}` };
}
