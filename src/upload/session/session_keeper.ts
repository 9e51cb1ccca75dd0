import { raceSignal } from "../../async/signals.ts";
import { sleep } from "../../async/sleep.ts";
import {
  isInvalidInputError,
  isShopeeApiError,
  isShopeeMediaError,
  isSourceChangedError,
  isVideoFailedError,
} from "../../error_guards.ts";
import { type FailedUpload, type SessionFate, ShopeeMediaError, type UploadStage } from "../../errors.ts";
import type { VideoModule } from "../../platform/types/video_module.ts";
import { runtime } from "../../runtime.ts";
import type { VideoUploadSession } from "../result.ts";
import type { Checkpoint, SavedUpload } from "./checkpoint.ts";
import type { FileFacts, Protocol, UploadFacts } from "./protocol.ts";
import { GRACE } from "./wait_for_result.ts";

/** Options of {@linkcode createSessionKeeper}. */
export interface SessionKeeperOptions<Module extends VideoModule> {
  /** The module that is uploaded to. */
  module: Module;
  /** How it is spoken to. */
  protocol: Protocol<Module>;
  /** Fires when the upload has failed. */
  stop: AbortSignal;
  /** Where the upload is written down. */
  checkpoint?: Checkpoint<Module> | undefined;
}

/** Sees to it that an upload has one session, that none is left behind, and that no finished video is cancelled. */
export interface SessionKeeper<Module extends VideoModule> {
  /** Takes up the session that the checkpoint knows, if it is this file's and alive; else opens one. */
  start(file: FileFacts): Promise<SavedUpload<Module>>;
  /** Gives up the session it has, and opens another. */
  restart(file: FileFacts): Promise<SavedUpload<Module>>;
  /** All parts were sent: completes the session. From here on nothing cancels it, unless Shopee says that it is not. */
  complete(upload: UploadFacts): Promise<void>;
  /** The upload has failed: cancels its session or keeps it, and tells what came of it. Never rejects. */
  giveUp(reason: unknown): Promise<GivenUp>;
}

/** What came of the session of a failed upload. */
export interface GivenUp {
  /** What the upload's error shall tell. */
  facts: FailedUpload;
  /** Why the clean-up failed, if it did. */
  cleanupError?: unknown | undefined;
}

/** How long a session may take to be cancelled, in ms. */
const CLEAN_UP_TIME = 10_000;
/** How often it is asked for a session that is not known, in ms. */
const LOOK = 2_000;

/**
 * Makes the keeper of one upload's session.
 *
 * @returns The keeper, without a session.
 */
export function createSessionKeeper<Module extends VideoModule>(
  { module, protocol, stop, checkpoint }: SessionKeeperOptions<Module>,
): SessionKeeper<Module> {
  /** Cuts what `stop` does not: were the answer of `init` lost, nobody could cancel the session that it opened. */
  const cleanUp = new AbortController();
  let starting: Promise<SavedUpload<Module>> | undefined;
  let stage: UploadStage = "init";
  /** Whether Shopee may have the whole video. */
  let mayBeCompleted = false;

  function begin(opening: Promise<SavedUpload<Module>>): Promise<SavedUpload<Module>> {
    stage = "init";
    starting = opening.then((upload) => {
      stage = "parts";
      return upload;
    });
    return starting;
  }

  async function open(file: FileFacts): Promise<SavedUpload<Module>> {
    mayBeCompleted = false;
    const session = await protocol.open(file, { signal: cleanUp.signal, lastAttempt: stop });
    const upload = { session, file, parts: new Map<number, string>(), uploadCost: 0 };
    try {
      await checkpoint?.begin(upload);
    } catch (error) {
      // Nobody would know of it any more. Nothing goes out when the time to clean up is over: the upload has ended then.
      if (!cleanUp.signal.aborted) await cancel(session);
      throw error;
    }
    return upload;
  }

  async function resumeOrOpen(file: FileFacts): Promise<SavedUpload<Module>> {
    // It has been given up by now, and nobody would give the key back.
    stop.throwIfAborted();
    const saved = await checkpoint?.load();
    if (saved === undefined) return await open(file);
    if (!isOf(saved, file)) {
      // Where it cannot be told what the session is, nothing in it is cancelled either.
      const isAlive = await takeUp(saved.session).catch(() => false);
      if (isAlive) await drop(saved.session);
      return await open(file);
    }
    if (!await takeUp(saved.session)) return await open(file);
    await checkpoint?.begin(saved);
    return saved;
  }

  /** Asks what became of the session of an earlier run. Returns whether it is alive. */
  async function takeUp(session: VideoUploadSession): Promise<boolean> {
    try {
      const { status } = await protocol.status(session, { signal: stop });
      mayBeCompleted = isCompleted(status);
      return status !== "FAILED" && status !== "CANCELLED";
    } catch (error) {
      // A session about which Shopee says no more than that is as good as gone: kept, it would fail every run to come.
      if (isShopeeApiError(error) && (error.kind === "unknown_id" || error.kind === "refused")) return false;
      throw error;
    }
  }

  /** Does some last work, and returns why it failed, if it did. */
  async function withinCleanUpTime(
    work: (signal: AbortSignal) => Promise<unknown>,
    controller = new AbortController(),
  ): Promise<unknown> {
    const { signal } = controller;
    const timer = runtime.setTimer(() => {
      controller.abort(new ShopeeMediaError(`Cannot cancel the upload: no answer within ${CLEAN_UP_TIME} ms`));
    }, CLEAN_UP_TIME);
    try {
      // A store may hang and takes no signal.
      await raceSignal(work(signal), signal);
    } catch (error) {
      return error;
    } finally {
      runtime.clearTimer(timer);
    }
  }

  /** Cancels a session that is of no use, but not one that an earlier run has completed. */
  async function drop(session: VideoUploadSession): Promise<void> {
    if (!mayBeCompleted) await cancel(session);
  }

  function cancel(session: VideoUploadSession): Promise<unknown> {
    return withinCleanUpTime((signal) => protocol.cancel(session, { signal }));
  }

  return {
    start: (file) => begin(resumeOrOpen(file)),
    async restart(file) {
      const { session } = await starting!;
      return await begin(drop(session).then(() => open(file)));
    },
    async complete(upload) {
      const { session } = await starting!;
      stage = "complete";
      const wasCompleted = mayBeCompleted;
      mayBeCompleted = true; // Unless it is known that no request to do so can have come through.
      const onDoubt = (may: boolean) => void (mayBeCompleted = wasCompleted || may);
      const { completed, error } = await completeUpload(protocol, session, { ...upload, signal: stop, onDoubt });
      mayBeCompleted = completed !== "no";
      if (completed !== "yes") throw error;
      stage = "result";
    },
    async giveUp(reason) {
      const facts: FailedUpload = { module, stage };
      const isDone = mayBeCompleted;
      let session: SessionFate = isDone ? "completed" : "kept";
      const cleanupError = await withinCleanUpTime(async (signal) => {
        const upload = await starting?.catch(() => undefined);
        if (upload === undefined) return await checkpoint?.close("keep");
        facts.videoUploadId = upload.session.videoUploadId;
        if (isDone ? !isForeign(reason) : isPaused(reason, checkpoint !== undefined)) {
          return await checkpoint?.close("keep");
        }
        try {
          if (!isDone && !isGone(reason)) await protocol.cancel(upload.session, { signal });
          if (!isDone) session = "cancelled";
        } finally {
          // Also when the cancelling was refused: kept, such a session would fail every run to come.
          await checkpoint?.close("forget");
        }
      }, cleanUp);
      if (facts.videoUploadId !== undefined) facts.session = session;
      return { facts, cleanupError };
    },
  };
}

/** Whether a checkpoint is of this file. One that names parts beyond the file's end is of no use. */
function isOf({ file: saved, parts, session: { partSize } }: SavedUpload, file: FileFacts): boolean {
  if (saved.size !== file.size || Math.max(-1, ...parts.keys()) >= file.size / partSize) return false;
  return saved.md5 === undefined || file.md5 === undefined || saved.md5 === file.md5;
}

/** Whether the session can be of use once the reason for the failure is gone. */
function isPaused(reason: unknown, isWrittenDown: boolean): boolean {
  // No call can be made before the next day, so none to cancel it.
  if (isShopeeApiError(reason) && reason.kind === "daily_limit") return true;
  if (!isWrittenDown) return false;
  if (isShopeeApiError(reason)) return reason.retryable || reason.kind === "token" || reason.kind === "access";
  return !isInvalidInputError(reason) && !isVideoFailedError(reason) && !isSourceChangedError(reason);
}

/** Whether what was completed is of no use to the source at hand: Shopee will not have it, or it is of another source. */
function isForeign(reason: unknown): boolean {
  return isVideoFailedError(reason) || isSourceChangedError(reason);
}

/** Whether Shopee itself does not know the session any more. */
function isGone(reason: unknown): boolean {
  return isShopeeApiError(reason) && reason.kind === "unknown_id";
}

/** Whether a session is completed; where that cannot be told, or where it is not, also why. */
export type Completion =
  | { completed: "yes"; error?: undefined }
  | { completed: "no" | "unknown"; error: unknown };

const NOT_COMPLETED = new Set(["INITIATED", "UPLOADING", "CANCELLED"]);

/** Tells whether a session of that status was completed, also where nobody knows the status. */
export function isCompleted(status: string): boolean {
  return !NOT_COMPLETED.has(status);
}

/**
 * Completes an upload. Unless Shopee's answer is clear, it asks what became of the session: a run before this one, or an
 * attempt whose answer was lost, may have completed it.
 *
 * @param protocol How the module is spoken to.
 * @param session The session, with all its parts.
 * @param options What Shopee is told, and what cuts the calls.
 * @returns Whether the session is completed.
 */
export async function completeUpload(
  protocol: Protocol,
  session: VideoUploadSession,
  options: UploadFacts & { signal: AbortSignal; onDoubt?: ((mayHaveSucceeded: boolean) => void) | undefined },
): Promise<Completion> {
  const { signal, onDoubt } = options;
  try {
    await protocol.complete(session, options, { signal, onDoubt });
    return { completed: "yes" };
  } catch (error) {
    if (isShopeeApiError(error)) {
      if (error.kind === "already_completed") return { completed: "yes" };
      // No call can be made for now, and this one was not.
      if (error.kind === "daily_limit" && !error.mayHaveSucceeded) return { completed: "no", error };
      if (error.kind === "unknown_id" && error.mayHaveSucceeded) {
        return await askUntilKnown(protocol, session, { error, signal });
      }
    }
    if (signal.aborted || !isShopeeMediaError(error)) return { completed: "unknown", error };
    return await askForStatus(protocol, session, { error, signal });
  }
}

/** What was completed a moment ago may be unknown for a while: asks until it is known, or will not be any more. */
async function askUntilKnown(
  protocol: Protocol,
  session: VideoUploadSession,
  options: { error: ShopeeMediaError; signal: AbortSignal },
): Promise<Completion> {
  const startedAt = runtime.elapsed();
  while (true) {
    const found = await askForStatus(protocol, session, options);
    if (found.completed !== "unknown" || runtime.elapsed() - startedAt >= GRACE) return found;
    await sleep(LOOK, options.signal);
  }
}

async function askForStatus(
  protocol: Protocol,
  session: VideoUploadSession,
  { error, signal }: { error: ShopeeMediaError; signal: AbortSignal },
): Promise<Completion> {
  const otherwise = { completed: error.mayHaveSucceeded ? "unknown" : "no", error } as const;
  try {
    const { status } = await protocol.status(session, { signal });
    if (status === "UNKNOWN") return otherwise;
    return isCompleted(status) ? { completed: "yes" } : { completed: "no", error };
  } catch {
    return otherwise;
  }
}
