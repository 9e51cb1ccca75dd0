import { callBack } from "../async/call_back.ts";
import type { Part } from "../stream/part.ts";
import type { VideoUploadSession } from "./result.ts";

/**
 * How far an upload is. All counts are bytes of the file, but for those of parts.
 *
 * A bar is best drawn of `acked`, which only ever grows, though by whole parts; `sent` moves finer, and may fall back.
 */
export interface UploadProgress {
  /**
   * `reading`: the file is read and hashed, and nothing was sent yet. `uploading`: parts go out. `completing`: all parts are
   * there, and Shopee is told so. `processing`: Shopee has acknowledged that: the video is safe there, and nothing cancels it
   * any more. `done`: the video is ready.
   */
  phase: "reading" | "uploading" | "completing" | "processing" | "done";
  /** The session at Shopee, once it is open. */
  videoUploadId?: string | undefined;
  /** Read from the source so far. */
  read: number;
  /** Handed to the network so far, as far as the runtime shows it; falls back when a part has to be sent again. */
  sent: number;
  /**
   * In parts that Shopee has acknowledged. Never falls, and ends exactly at `total`; only when `uploadVideo` resumes with
   * a source that turns out to have changed, all counts begin again.
   */
  acked: number;
  /** Of those, in parts that an earlier run had sent. */
  resumed: number;
  /** In the whole file, once known. */
  total: number | undefined;
  /** Parts that Shopee has acknowledged. */
  partsAcked: number;
  /** Parts in the whole file, once known. */
  partsTotal: number | undefined;
  /** The last status that Shopee told, such as `TRANSCODING`. */
  status?: string | undefined;
}

/** Options of {@linkcode createProgressTracker}. */
export interface ProgressTrackerOptions {
  /** Bytes in the whole file, if that is known from the start. */
  total?: number | undefined;
  /** The caller's function, called with every change from here alone. */
  onProgress?: ((progress: UploadProgress) => unknown) | undefined;
  /** Called with what `onProgress` threw. */
  onError: (error: unknown) => void;
}

/** Keeps the books of one upload. */
export interface ProgressTracker {
  /** The source is being read: `bytes` more have come. */
  read(bytes: number): void;
  /** A session is open, and parts go out. */
  start(session: VideoUploadSession): void;
  /** The network has taken `bytes` of a part in its present attempt. */
  sent(part: Part, bytes: number): void;
  /** Shopee has acknowledged a part. */
  acked(part: Part): void;
  /** A part is skipped, since an earlier run had sent it. */
  skipped(part: Part): void;
  /** The source has ended. */
  end(): void;
  /** All parts are there, and the session is being completed. */
  completing(): void;
  /** The session was completed; Shopee tells `status`, if it was asked. */
  processing(status?: string): void;
  /** The video is ready. */
  done(): void;
}

/**
 * Makes a progress tracker.
 *
 * @returns The tracker, of which nothing was read.
 */
export function createProgressTracker({ total, onProgress, onError }: ProgressTrackerOptions): ProgressTracker {
  const progress: UploadProgress = {
    phase: "reading",
    read: 0,
    sent: 0,
    acked: 0,
    resumed: 0,
    total,
    partsAcked: 0,
    partsTotal: undefined,
  };
  const sentOfPart = new Map<number, number>();
  let partSize: number | undefined;

  function emit(): void {
    if (partSize !== undefined && progress.total !== undefined) {
      progress.partsTotal = Math.ceil(progress.total / partSize);
    }
    callBack(onProgress, { ...progress }, onError);
  }

  function acked({ seq, bytes }: Part): void {
    progress.sent += bytes.length - (sentOfPart.get(seq) ?? 0);
    sentOfPart.delete(seq);
    progress.acked += bytes.length;
    progress.partsAcked++;
  }

  return {
    read(bytes) {
      progress.read += bytes;
      emit();
    },
    start(session) {
      partSize = session.partSize;
      progress.videoUploadId = session.videoUploadId;
      progress.phase = "uploading";
      emit();
    },
    sent({ seq }, bytes) {
      progress.sent += bytes - (sentOfPart.get(seq) ?? 0);
      sentOfPart.set(seq, bytes);
      emit();
    },
    acked(part) {
      acked(part);
      emit();
    },
    skipped(part) {
      progress.resumed += part.bytes.length;
      acked(part);
      emit();
    },
    end() {
      progress.total = progress.read;
      emit();
    },
    completing() {
      progress.phase = "completing";
      emit();
    },
    processing(status) {
      if (progress.phase === "processing" && progress.status === status) return;
      progress.phase = "processing";
      progress.status = status;
      emit();
    },
    done() {
      progress.phase = "done";
      emit();
    },
  };
}
