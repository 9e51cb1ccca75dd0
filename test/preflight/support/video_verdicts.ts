import type { BrokenRuleName } from "../../../src/preflight/mod.ts";

interface Verdict {
  file: string;
  media_space: BrokenRuleName[];
  media: BrokenRuleName[];
}

/** Which rules each file of `test/assets/video` breaks in each module, as its README.md has it. */
export const VIDEO_VERDICTS: Verdict[] = [
  { file: "ok.mp4", media_space: [], media: [] },
  { file: "moov_front.mp4", media_space: [], media: [] },
  { file: "fragmented.mp4", media_space: [], media: [] },
  { file: "rotated.mp4", media_space: [], media: [] },
  { file: "edge_10s.mp4", media_space: [], media: [] },
  { file: "edge_60s.mp4", media_space: [], media: [] },
  { file: "edge_180s.mp4", media_space: ["duration"], media: [] },
  { file: "edge_1280.mp4", media_space: [], media: [] },
  { file: "anamorphic_1280.mp4", media_space: [], media: [] },
  { file: "short_9_9s.mp4", media_space: ["duration"], media: [] },
  { file: "short_3s.mp4", media_space: ["duration"], media: [] },
  { file: "long_60_1s.mp4", media_space: ["duration"], media: [] },
  { file: "long_61s.mp4", media_space: ["duration"], media: [] },
  { file: "long_181s.mp4", media_space: ["duration"], media: ["duration"] },
  { file: "wide_1282.mp4", media_space: ["width"], media: [] },
  { file: "tall_1282.mp4", media_space: ["height"], media: [] },
  { file: "audio_only.mp4", media_space: ["video_track"], media: ["video_track"] },
  { file: "ok.mov", media_space: ["format"], media: ["format"] },
  { file: "mov_named.mp4", media_space: ["format"], media: ["format"] },
  { file: "ok.webm", media_space: ["format"], media: ["format"] },
  { file: "truncated.mp4", media_space: ["readable"], media: ["readable"] },
  { file: "truncated_moov.mp4", media_space: ["readable"], media: ["readable"] },
];
