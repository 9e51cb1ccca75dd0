import { isShopeeMediaError } from "../error_guards.ts";
import type { VideoModule } from "../platform/types/video_module.ts";
import type { VideoUploadResult, VideoUploadSession } from "./result.ts";
import type { GivenUp } from "./session/session_keeper.ts";

/** Options of {@linkcode createEnding}. */
export interface EndingOptions {
  /** Stops everything that the upload does. */
  stop: AbortController;
  /** The caller's own signal. */
  signal?: AbortSignal | undefined;
  /** Cancels or keeps the session, and tells what came of it. Never rejects. */
  cleanUp: (reason: unknown) => Promise<GivenUp>;
  /** Called with the reason when the upload has failed and was cleaned up. */
  onFailed?: ((reason: unknown) => void) | undefined;
}

/** How an upload ends: once, with its result or with the first reason against it. */
export interface Ending<Module extends VideoModule> {
  /** The session, once it is open. */
  session: Promise<VideoUploadSession<Module>>;
  /** The result, once it is there. */
  result: Promise<VideoUploadResult<Module>>;
  /** A session is open. */
  opened(session: VideoUploadSession<Module>): void;
  /** The video is ready: from here on nothing can fail. */
  succeed(result: VideoUploadResult<Module>): void;
  /** Stops everything and cleans up, unless the upload has ended. Returns the first reason that there was. */
  fail(reason: unknown): Promise<unknown>;
  /**
   * Waits for work; when it fails, so does the upload. Work that finds the upload stopped need not fail, it just ends.
   *
   * @throws The first reason that the upload had to fail.
   */
  orFail<Value>(work: Promise<Value>): Promise<Value>;
}

/**
 * Makes the ending of one upload. It listens to the caller's signal from here on; one that has fired is heard at once.
 *
 * @returns The ending, open.
 */
export function createEnding<Module extends VideoModule>(options: EndingOptions): Ending<Module> {
  const { stop, signal, cleanUp, onFailed } = options;
  const session = Promise.withResolvers<VideoUploadSession<Module>>();
  const result = Promise.withResolvers<VideoUploadResult<Module>>();
  const failed = Promise.withResolvers<unknown>();
  let state: "open" | "failed" | "succeeded" = "open";
  // Who asks for neither must not be told of their failure; the pipe is.
  session.promise.catch(() => {});
  result.promise.catch(() => {});

  function fail(reason: unknown): Promise<unknown> {
    if (state === "succeeded") return Promise.resolve(reason);
    if (state === "open") {
      end("failed");
      stop.abort(reason);
      void giveUp(reason);
    }
    return failed.promise;
  }

  async function giveUp(reason: unknown): Promise<void> {
    const { facts, cleanupError } = await cleanUp(reason);
    // An error of our own, that is. What the caller has aborted with, or its source has thrown, stays as it was.
    if (isShopeeMediaError(reason) && reason !== signal?.reason && Object.isExtensible(reason)) {
      Object.assign(reason, facts, cleanupError === undefined ? {} : { cleanupError });
    }
    session.reject(reason);
    result.reject(reason);
    onFailed?.(reason);
    failed.resolve(reason);
  }

  function end(how: "failed" | "succeeded"): void {
    state = how;
    signal?.removeEventListener("abort", onAbort);
  }

  function onAbort(): void {
    void fail(signal!.reason);
  }

  if (signal?.aborted) onAbort();
  else signal?.addEventListener("abort", onAbort, { once: true });

  return {
    session: session.promise,
    result: result.promise,
    opened: session.resolve,
    succeed(value) {
      end("succeeded");
      result.resolve(value);
    },
    fail,
    async orFail(work) {
      const value = await work.catch(fail);
      if (state === "failed") throw await failed.promise;
      return value as Awaited<typeof work>;
    },
  };
}
