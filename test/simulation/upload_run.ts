import { createHash } from "node:crypto";
import { createVideoUploadSink, type UploadProgress, uploadVideo, type VideoUploadResult } from "../../mod.ts";
import type { Place } from "./boot_place.ts";
import type { Machine } from "./clockwork.ts";
import type { Run } from "./judge.ts";
import type { UploadPlan } from "./plan_world.ts";
import { chunksOf, partSourceOf, type SourceOptions, streamOf } from "./sources.ts";
import { leaks, troublesOf, type World } from "./world.ts";

/** One upload and all its runs. */
export interface Upload {
  readonly index: number;
  readonly plan: UploadPlan;
  bytes: Uint8Array<ArrayBuffer>;
  runs: number;
  current?: CurrentRun | undefined;
  isDone: boolean;
}

/** The run that is under way, or was the last. */
export interface CurrentRun {
  run: Run;
  /** Gives it up. */
  abort: AbortController;
  /** What it is given up with. */
  reason: Error;
  /** What its source fails with. */
  sourceError: Error;
  /** Listeners on the caller's signal. */
  listeners: () => number;
}

const POLL = { first: 300, interval: 500, maxInterval: 2_000, timeout: 60_000 };
const SOURCE_TIMEOUT = 10_000;

/** Makes a run that has not begun. */
export function newRun({ index, plan, runs }: Upload, { machine, now }: { machine: Machine; now: number }): CurrentRun {
  const abort = new AbortController();
  return {
    run: {
      ...plan,
      name: `upload ${index} run ${runs}`,
      ...{ machine, timers: 0, startedAt: now, state: "running", inFlight: 0, open: new Set() },
    },
    ...{ abort, reason: new Error("The user has given up"), sourceError: new Error("The source has failed") },
    listeners: countListeners(abort.signal),
  };
}

/** Begins a run of an upload, in the process that is to do it. */
export async function beginRun(
  { plan, clockwork, judge, trace, store }: World,
  upload: Upload,
  { managers, inbox, machine }: Place,
): Promise<VideoUploadResult> {
  const { index, plan: { shop, source, module, concurrency, until, knowsMd5, hasCheckpoint, pushes }, bytes } = upload;
  const { run, abort, sourceError } = upload.current!;
  const partSize = module === "media" ? plan.mediaPartSize : plan.spacePartSize;
  const isHeld = module === "media_space" && !knowsMd5;
  const isFirst = upload.runs === 1;
  const failure = troublesOf(plan, "source-error").find((one) => one.upload === index && isFirst);
  const sourceOptions: SourceOptions = {
    bytes,
    plan: upload.plan,
    // A sink counts from its first write on, so that before it there is no deadline.
    stalls: new Map(
      troublesOf(plan, "stall").filter((one) => one.upload === index && isFirst)
        .map(({ chunk, ms }) => [source === "sink" ? Math.max(1, chunk) : chunk, ms]),
    ),
    failure: failure && { chunk: failure.chunk, error: sourceError },
    rest(ms) {
      const { promise, resolve } = Promise.withResolvers<void>();
      if (ms !== Infinity) clockwork.later(clockwork.actor(), ms, resolve);
      return promise;
    },
    onRead(read) {
      if (isHeld || !isFirst) return;
      judge.read(run, read, (concurrency + 1) * partSize + upload.plan.chunk);
    },
  };
  const options = {
    ...{ module, concurrency, until, poll: POLL, sourceTimeout: SOURCE_TIMEOUT, signal: abort.signal },
    ...{ size: bytes.length, fileName: "video.mp4", duration: 12 },
    ...(knowsMd5 && { md5: createHash("md5").update(bytes).digest("hex") }),
    ...(hasCheckpoint && { checkpoint: { store: store.viewOf(machine), key: `upload ${index}` } }),
    ...(pushes && { pushes: inbox }),
    onProgress(progress: UploadProgress) {
      judge.progressed(run, progress);
      trace.add("progress", run.name, progress.phase, progress.read, progress.sent, progress.acked);
      if (leaks(judge, JSON.stringify(progress))) judge.accuse("a secret is in the progress");
    },
  };
  const media = managers[shop]!;
  if (source === "sink") {
    const sink = createVideoUploadSink(media, options);
    await streamOf(sourceOptions).pipeTo(sink);
    return await sink.result as VideoUploadResult;
  }
  const sources = {
    bytes: () => bytes,
    parts: () => partSourceOf(sourceOptions),
    iterable: () => chunksOf(sourceOptions),
    stream: () => streamOf(sourceOptions),
  };
  // Its types know no source that is any of them.
  return await uploadVideo(
    media,
    sources[source]() as Uint8Array<ArrayBuffer>,
    {
      ...options,
      preflight: false,
    } as Parameters<typeof uploadVideo>[2],
  ) as VideoUploadResult;
}

/** Counts who listens to a signal. */
function countListeners(signal: AbortSignal): () => number {
  let count = 0;
  const listening = new Map<unknown, boolean>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (type: string, listener: never, options?: never) => {
    if (!listening.has(listener)) count++;
    listening.set(listener, true);
    add(type, listener, options);
  };
  signal.removeEventListener = (type: string, listener: never, options?: never) => {
    if (listening.delete(listener)) count--;
    remove(type, listener, options);
  };
  // One that was called does not stay.
  add("abort", () => {
    count = 0;
    listening.clear();
  }, { once: true });
  return () => count;
}
