import { createHash } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  createMemoryStore,
  createRefreshingToken,
  isShopeeApiError,
  MediaManager,
  type RequestEvent,
  type UploadProgress,
  uploadVideo,
  type VideoUploadResult,
} from "../../../mod.ts";
import { mapBounded } from "../../../src/async/map_bounded.ts";
import type { Dialect } from "../matrix/cells.ts";
import { bareCode } from "../../../src/platform/error_codes.ts";
import { type Emulator, startEmulator } from "../../../src/emulator/mod.ts";
import { createRandom, type PlannedUpload, planUpload, soakFaults } from "./plan.ts";

/** Options of {@linkcode runSoak}. */
export interface SoakOptions {
  seed: number;
  uploads: number;
  /** How the emulator words its answers. */
  dialect: Dialect;
  /** Uploads at once. @default 8 */
  atOnce?: number;
  /** How many of all calls go wrong, 0 to 1. @default 0.1 */
  faultRate?: number;
}

/** What a soak came to. */
export interface SoakReport {
  /** How many uploads ended how: `succeeded`, or the error's name and code. */
  outcomes: Record<string, number>;
  /** Uploads that succeeded, though something else is at Shopee. */
  corrupted: number;
  /** Uploads that did not settle. */
  hung: number;
  /** Sessions that the client knew of, neither completed nor cancelled. */
  leaked: number;
  /** Sessions whose `init` was never answered: nobody knows of them, so that nobody can cancel them. */
  unanswered: number;
  /** Uploads that ended while it was open whether Shopee has completed them: their sessions are not cancelled. */
  undecided: number;
  /** Uploads that failed though nothing final had happened to them. */
  unexplained: string[];
  /** Calls, and how many of them went wrong. */
  requests: number;
  faults: number;
  bytes: number;
  /** Taken as the soak went on, evenly. */
  memory: MemorySample[];
}

/** What the process has used, in MiB. */
export interface MemorySample {
  heap: number;
  rss: number;
}

/** No upload takes as long as this, in ms. */
const DEADLINE = 60_000;
const PART = 262_144;
/**
 * Codes that may end an upload here: the final one among the faults, and those of a call whose clock was wrong twice, or
 * whose token died twice, since the contract grants one correction for each.
 */
const EXPLAINED = new Set(["error_data", "error_param", "invalid_acceess_token"]);

/**
 * Uploads many files, of all sizes and kinds, to an emulator where some of the calls go wrong.
 *
 * @param options How many, and with which dice.
 * @returns What came of it.
 */
export async function runSoak(
  { seed, uploads, dialect, atOnce = 8, faultRate = 0.1 }: SoakOptions,
): Promise<SoakReport> {
  const emulator = await startEmulator({
    dialect,
    mediaPartSize: PART,
    transcodeMs: 20,
    inspect: false,
    faults: soakFaults(faultRate, seed),
  });
  const report: SoakReport = {
    outcomes: {},
    corrupted: 0,
    hung: 0,
    leaked: 0,
    unanswered: 0,
    undecided: 0,
    unexplained: [],
    requests: 0,
    faults: 0,
    bytes: 0,
    memory: [],
  };
  let known = 0;
  const { refreshToken, ...partner } = emulator.credentials;
  const common = {
    ...partner,
    baseUrl: emulator.url,
    retry: { limit: 6, baseDelay: 5, maxDelay: 100 },
    timeout: { attempt: 3_000, idle: 500, total: 30_000 },
  };
  const media = new MediaManager({
    ...common,
    accessToken: createRefreshingToken({ ...common, refreshToken, store: createMemoryStore() }),
    onRequest({ endpoint, error }: RequestEvent) {
      if (endpoint.endsWith("/init_video_upload") && error === "") known++;
    },
  });
  const random = createRandom(seed);
  const memory = createMemoryWatch();
  const sampleEvery = Math.ceil(uploads / 20);

  await mapBounded(Array(uploads).keys(), atOnce, async (index) => {
    const plan = planUpload(random, index);
    const outcome = await uploadOnce(media, plan, index);
    report.outcomes[outcome.name] = (report.outcomes[outcome.name] ?? 0) + 1;
    if (outcome.name === "HUNG") report.hung++;
    if (outcome.isUndecided) report.undecided++;
    if (outcome.isUnexplained) report.unexplained.push(`upload ${index}: ${outcome.words}`);
    if (outcome.result !== undefined && !await isIntact(outcome.result, plan.bytes)) report.corrupted++;
    report.bytes += plan.bytes.length;
    takeRequests(emulator, report);
    if (index % sampleEvery === sampleEvery - 1) memory.sample();
  });

  takeRequests(emulator, report);
  const sessions = emulator.sessions();
  const open = sessions.filter(({ status }) => status === "INITIATED" || status === "UPLOADING").length;
  report.unanswered = sessions.length - known;
  report.leaked = Math.max(0, open - report.unanswered - report.undecided);
  report.memory = memory.samples;
  await emulator.close();
  return report;
}

/** MiB that may come on top between the first third of a soak and its last: far less than a leak of the parts would be. */
const GROWTH = { heap: 24, rss: 160 };

/**
 * Says which promises a soak has broken.
 *
 * @param report What it came to.
 * @param uploads How many uploads there should be.
 * @returns In words; none if all is well.
 */
export function judgeSoak(report: SoakReport, uploads: number): string[] {
  const broken = report.unexplained.map((words) => `an upload failed for no good reason: ${words}`);
  const { corrupted, hung, leaked, memory, outcomes } = report;
  if (corrupted > 0) broken.push(`${corrupted} corrupted`);
  if (hung > 0) broken.push(`${hung} hung`);
  if (leaked !== 0) broken.push(`${leaked} sessions leaked`);
  const ended = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  if (ended !== uploads) broken.push(`${ended} of ${uploads} uploads ended`);
  for (const kind of ["heap", "rss"] as const) {
    const { growth } = growthOf(memory.map((sample) => sample[kind]));
    if (growth > GROWTH[kind]) broken.push(`${kind} grew by ${growth.toFixed()} MiB`);
  }
  return broken;
}

/**
 * How the lowest of the last third compares with the lowest of the first: the lowest, since the others hold what happens
 * to be on its way at that moment.
 */
export function growthOf(samples: readonly number[]): { first: number; last: number; growth: number } {
  const third = Math.ceil(samples.length / 3);
  const first = Math.min(...samples.slice(0, third));
  const last = Math.min(...samples.slice(-third));
  return { first, last, growth: last - first };
}

interface Outcome {
  name: string;
  words?: string;
  isUnexplained?: boolean;
  isUndecided?: boolean;
  result?: VideoUploadResult;
}

async function uploadOnce(media: MediaManager, plan: PlannedUpload, index: number): Promise<Outcome> {
  const abort = new AbortController();
  const reason = new Error("The user has given up");
  const { module, bytes, concurrency, abortAfter, sourceError } = plan;
  let hangs!: (outcome: Outcome) => void;
  const hung = new Promise<Outcome>((resolve) => hangs = resolve);
  const deadline = setTimeout(() => hangs({ name: "HUNG" }), DEADLINE);
  const giveUp = abortAfter === undefined ? undefined : setTimeout(() => abort.abort(reason), abortAfter);
  let phase: UploadProgress["phase"] | undefined;
  const upload = uploadVideo(media, plan.source(), {
    module,
    size: bytes.length,
    fileName: `${index}.mp4`,
    duration: 12,
    concurrency,
    preflight: false,
    signal: abort.signal,
    poll: { interval: 20, maxInterval: 100, timeout: 20_000 },
    onProgress: (progress) => phase = progress.phase,
  });
  const settled = upload.then((result): Outcome => ({ name: "succeeded", result }), (error): Outcome => {
    if (error === reason) return { name: "aborted by its user", isUndecided: phase === "completing" };
    if (error === sourceError) return { name: "its source failed" };
    const name = isShopeeApiError(error) ? `${error.name} ${error.code}` : `${error.name}`;
    const isExplained = isShopeeApiError(error) && EXPLAINED.has(bareCode(error.code));
    return { name, words: `${error.message}`, isUnexplained: !isExplained, isUndecided: error.session === "completed" };
  });
  return await Promise.race([settled, hung]).finally(() => {
    clearTimeout(deadline);
    clearTimeout(giveUp);
  });
}

async function isIntact({ videoInfo, md5, size }: VideoUploadResult, bytes: Uint8Array): Promise<boolean> {
  const { video_url } = "video_url_list" in videoInfo ? videoInfo.video_url_list[0]! : videoInfo;
  const hash = createHash("md5");
  for await (const chunk of (await fetch(video_url)).body!) hash.update(chunk);
  const wanted = createHash("md5").update(bytes).digest("hex");
  return hash.digest("hex") === wanted && md5 === wanted && size === bytes.length;
}

/** Adds up what the emulator has noted, and empties its notes, which would grow all the time. */
function takeRequests({ requests }: Emulator, report: SoakReport): void {
  for (const { faults } of requests.splice(0)) {
    report.requests++;
    if (faults.length > 0) report.faults++;
  }
}

/** Takes samples of this process's memory, each after a garbage collection, so that only what is kept counts. */
function createMemoryWatch(): { sample(): void; samples: MemorySample[] } {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const samples: MemorySample[] = [];
  return {
    samples,
    sample() {
      collect();
      const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
      samples.push({ heap: (heapUsed + arrayBuffers) / 2 ** 20, rss: rss / 2 ** 20 });
    },
  };
}
