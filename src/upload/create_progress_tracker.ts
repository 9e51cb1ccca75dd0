import type { Part } from "../stream/part.ts";
import type { UploadProgress } from "./upload_progress.ts";

/** Options of {@linkcode createProgressTracker}. */
export interface ProgressTrackerOptions {
  /** Bytes in the whole file, if that is known from the start. */
  total?: number;
  /** Told of every change. */
  onProgress: (progress: UploadProgress) => void;
  /** Told what `onProgress` threw. */
  onError: (error: unknown) => void;
}

/** Keeps the books of one upload. */
export interface ProgressTracker {
  /** The source is being read: `bytes` more have come. */
  read(bytes: number): void;
  /** A session is open, and parts go out. */
  start(partSize: number): void;
  /** The network has taken `bytes` of a part in its present attempt. */
  sent(part: Part, bytes: number): void;
  /** Shopee has acknowledged a part. */
  acked(part: Part): void;
  /** The source has ended. */
  end(): void;
  /** All parts are there; Shopee tells `status`, if it was asked. */
  processing(status?: string): void;
  /** The video is ready. */
  done(): void;
}

/**
 * Makes a progress tracker.
 *
 * @param options Total and listeners.
 * @returns The tracker.
 */
export function createProgressTracker(options: ProgressTrackerOptions): ProgressTracker {
  const progress: UploadProgress = {
    phase: "reading",
    read: 0,
    sent: 0,
    acked: 0,
    total: options.total,
    partsAcked: 0,
    partsTotal: undefined,
  };
  const sentOfPart = new Map<number, number>();
  let partSize: number | undefined;

  function emit(): void {
    if (partSize !== undefined && progress.total !== undefined) {
      progress.partsTotal = Math.ceil(progress.total / partSize);
    }
    try {
      options.onProgress({ ...progress });
    } catch (error) {
      options.onError(error);
    }
  }

  return {
    read(bytes) {
      progress.read += bytes;
      emit();
    },
    start(size) {
      partSize = size;
      progress.phase = "uploading";
      emit();
    },
    sent({ seq }, bytes) {
      progress.sent += bytes - (sentOfPart.get(seq) ?? 0);
      sentOfPart.set(seq, bytes);
      emit();
    },
    acked({ seq, bytes }) {
      progress.sent += bytes.length - (sentOfPart.get(seq) ?? 0);
      sentOfPart.delete(seq);
      progress.acked += bytes.length;
      progress.partsAcked++;
      emit();
    },
    end() {
      progress.total = progress.read;
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
