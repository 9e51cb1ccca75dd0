import { expect, test } from "vitest";
import { inspectVideo } from "../../src/emulator/video/inspect_video.ts";
import { judgeVideo } from "../../src/emulator/video/judge_video.ts";
import { checkVideoFile } from "../../src/preflight/mod.ts";
import { memoryFile } from "../emulator/memory_file.ts";
import { readAsset } from "../support/files.ts";
import { VIDEO_VERDICTS } from "./support/video_verdicts.ts";

// The two look into a video each in its own way, so that one can catch the other's mistakes.
test.each(VIDEO_VERDICTS)(
  "the emulator takes $file just when preflight does, and finds the same in it",
  async ({ file }) => {
    const bytes = await readAsset(`video/${file}`);
    const inspection = await inspectVideo(memoryFile(bytes));
    for (const module of ["media_space", "media"] as const) {
      const { info, broken } = await checkVideoFile(new Blob([bytes]), module);
      expect(judgeVideo(module, inspection) === "").toBe(broken.length === 0);
      // Of a WebM file preflight tells that it is one, and no more.
      if (info === null || info.duration === null || inspection === undefined) continue;
      const { duration, width, height } = info;
      expect(inspection).toMatchObject({ duration, width, height });
    }
  },
);
