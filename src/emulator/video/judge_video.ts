import type { Module } from "../session/upload_session.ts";
import type { VideoInspection } from "./inspect_video.ts";

interface VideoRules {
  /** Seconds, inclusive. */
  minDuration: number;
  /** Seconds, inclusive. */
  maxDuration: number;
  /** Pixels of either side. */
  maxSide: number;
}

const RULES: Record<Module, VideoRules> = {
  media_space: { minDuration: 10, maxDuration: 60, maxSide: 1280 },
  media: { minDuration: 1, maxDuration: 180, maxSide: Infinity },
};

/**
 * Judges a video by the rules of the module that it was sent to.
 *
 * @param video What was found in the file; `undefined` when it is no video at all.
 * @returns Why it is refused, `""` when it is not.
 */
export function judgeVideo(module: Module, video: VideoInspection | undefined): string {
  if (!video?.isMp4) return "Video format is not supported";
  if (!video.isWhole) return "Video file is broken";
  const rules = RULES[module];
  if (video.duration < rules.minDuration) return "Video is too short";
  if (video.duration > rules.maxDuration) return "Video is too long";
  if (Math.max(video.width, video.height) > rules.maxSide) return "Video resolution is too large";
  return "";
}
