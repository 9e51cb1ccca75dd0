import { raceSignal } from "../../async/race_signal.ts";
import {
  isInvalidInputError,
  isResultTimeoutError,
  isShopeeApiError,
  isSourceChangedError,
  isVideoFailedError,
  ShopeeMediaError,
} from "../../errors.ts";
import type { Checkpoint, SavedUpload } from "./checkpoint.ts";
import type { FileFacts, Protocol } from "./protocol.ts";
import type { VideoModule } from "../../platform/types/video_module.ts";
import { runtime } from "../../runtime.ts";
import type { VideoUploadSession } from "../result.ts";

/** Options of {@linkcode createSessionKeeper}. */
export interface SessionKeeperOptions<Module extends VideoModule> {
  /** How the module is spoken to. */
  protocol: Protocol<Module>;
  /** Fires when the upload has failed. */
  stop: AbortSignal;
  /** Where the upload is written down. */
  checkpoint?: Checkpoint<Module>;
}

/** Sees to it that an upload has one session, and that none is left behind. */
export interface SessionKeeper<Module extends VideoModule> {
  /** Takes up the session that the checkpoint knows, if it is this file's and alive; else opens one. */
  start(file: FileFacts): Promise<SavedUpload<Module>>;
  /** Gives up the session it has, and opens another. */
  restart(file: FileFacts): Promise<SavedUpload<Module>>;
  /**
   * The upload has failed: cancels its session, or keeps it for a resumption.
   *
   * @returns Why it could not, if it could not; never rejects.
   */
  giveUp(reason: unknown): Promise<unknown>;
}

/** How long a session may take to be cancelled, in ms. */
const CLEAN_UP_TIME = 10_000;

/**
 * Makes the keeper of one upload's session.
 *
 * @returns The keeper, without a session.
 */
export function createSessionKeeper<Module extends VideoModule>(
  { protocol, stop, checkpoint }: SessionKeeperOptions<Module>,
): SessionKeeper<Module> {
  let starting: Promise<SavedUpload<Module>> | undefined;
  /** Cuts what `stop` does not: were the answer of `init` lost, nobody could cancel the session that it opened. */
  const cleanUp = new AbortController();

  async function open(file: FileFacts): Promise<SavedUpload<Module>> {
    const session = await protocol.open(file, { signal: cleanUp.signal, lastAttempt: stop });
    const upload = { session, file, parts: new Map<number, string>(), uploadCost: 0 };
    try {
      await checkpoint?.begin(upload);
    } catch (error) {
      // Nobody would know of it any more.
      await cancel(session);
      throw error;
    }
    return upload;
  }

  async function resumeOrOpen(file: FileFacts): Promise<SavedUpload<Module>> {
    const saved = await checkpoint?.load();
    if (saved === undefined) return await open(file);
    if (!isSameFile(saved.file, file)) {
      await cancel(saved.session);
      return await open(file);
    }
    if (!await isAlive(saved.session)) return await open(file);
    await checkpoint?.begin(saved);
    return saved;
  }

  async function isAlive(session: VideoUploadSession): Promise<boolean> {
    try {
      const { status } = await protocol.status(session, { signal: stop });
      return status !== "FAILED" && status !== "CANCELLED";
    } catch (error) {
      if (isShopeeApiError(error) && error.code === "error_invalid_upload_id") return false;
      throw error;
    }
  }

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

  function cancel(session: VideoUploadSession): Promise<unknown> {
    return withinCleanUpTime((signal) => protocol.cancel(session, { signal }));
  }

  return {
    start(file) {
      starting = resumeOrOpen(file);
      return starting;
    },
    async restart(file) {
      const { session } = await starting!;
      starting = cancel(session).then(() => open(file));
      return await starting;
    },
    giveUp(reason) {
      return withinCleanUpTime(async (signal) => {
        const upload = await starting?.catch(() => undefined);
        if (upload === undefined) return;
        if (isResultTimeoutError(reason)) return;
        if (checkpoint !== undefined && !isFinal(reason)) return;
        if (!isVideoFailedError(reason)) await protocol.cancel(upload.session, { signal });
        await checkpoint?.remove();
      }, cleanUp);
    },
  };
}

function isSameFile(saved: FileFacts, file: FileFacts): boolean {
  return saved.size === file.size && (saved.md5 === undefined || file.md5 === undefined || saved.md5 === file.md5);
}

/** Whether trying again with the same session is of no use. Tomorrow there is another quota. */
function isFinal(reason: unknown): boolean {
  if (isShopeeApiError(reason)) return !reason.retryable && reason.code !== "error_limit";
  return isInvalidInputError(reason) || isVideoFailedError(reason) || isSourceChangedError(reason);
}
