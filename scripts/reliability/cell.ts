import type { VideoModule } from "../../mod.ts";
import { FAULT_CASES, type FaultCase, type Stage } from "./fault_cases.ts";

/** All stages, in their order. */
export const STAGES: readonly Stage[] = ["token", "init", "part", "complete", "result", "cancel", "images"];

/** One run of the fault matrix: one fault at one stage. */
export interface Cell {
  faultCase: FaultCase;
  module: VideoModule;
  stage: Stage;
  /** Whether the first call of the stage goes wrong, or every one. */
  calls: "first" | "every";
  /** Whether the upload has a checkpoint, and is resumed without the fault when it has failed. */
  resumed: boolean;
}

/** Name of the stage's endpoint, as a fault wants it. */
export const ENDPOINT_OF_STAGE: Readonly<Record<Stage, string>> = {
  token: "auth/access_token/get",
  init: "init_video_upload",
  part: "upload_video_part",
  complete: "complete_video_upload",
  result: "get_video_upload_result",
  cancel: "cancel_video_upload",
  images: "upload_image",
};

/** Whether the stage's call carries an access token. */
export function hasToken({ module, stage }: Cell): boolean {
  return module === "media_space" && ["init", "result", "cancel"].includes(stage);
}

/** Every cell of the matrix. */
export function allCells(): Cell[] {
  const cells: Cell[] = [];
  for (const faultCase of FAULT_CASES) {
    const { only } = faultCase;
    for (const module of ["media_space", "media"] as const) {
      for (const stage of STAGES) {
        if (only !== undefined && (only.module !== module || only.stage !== stage)) continue;
        // `media` has no call that wants a token.
        if (module === "media" && stage === "token") continue;
        cells.push({ faultCase, module, stage, calls: "first", resumed: false });
        // A slow answer to every question would be a run of minutes.
        if (faultCase.slow) continue;
        cells.push({ faultCase, module, stage, calls: "every", resumed: false });
        if (stage === "cancel" || stage === "images") continue;
        cells.push({ faultCase, module, stage, calls: "every", resumed: true });
      }
    }
  }
  return cells;
}
