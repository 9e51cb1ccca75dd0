import type { UploadProgress } from "../../upload/progress.ts";

/** One upload on the display. */
export interface DisplayedUpload {
  /** Shows where it stands. */
  update(progress: UploadProgress): void;
  /** Takes it off the display. */
  end(): void;
}

/** Shows how uploads come along. */
export interface ProgressDisplay {
  /** Puts an upload on the display. */
  begin(name: string): DisplayedUpload;
  /** Runs `write`, which prints something else, while the display is out of its way. */
  aside(write: () => void): void;
  /** Shows nothing any more, and leaves the terminal as it was. */
  close(): void;
}
