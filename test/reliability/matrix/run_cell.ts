import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import {
  createMemoryStore,
  createRefreshingToken,
  type ImageResult,
  isShopeeApiError,
  MediaManager,
  type RequestEvent,
  uploadImages,
  uploadVideo,
  type UploadVideoOptions,
  type VideoUploadResult,
} from "../../../mod.ts";
import { type Emulator, startEmulator } from "../../../src/emulator/mod.ts";
import { noise } from "../../support/bytes.ts";
import { createSecretWatch } from "../../support/secret_watch.ts";
import { type Cell, ENDPOINT_OF_STAGE, expectedOutcomes } from "./cells.ts";

/** What a run came to. */
export interface Run {
  cell: Cell;
  /** `succeeded`, `aborted`, `HUNG`, or the error's name and code. */
  outcome: string;
  /** Attempts of the stage's own call, before the upload was resumed. */
  attempts: number;
  /** Milliseconds. */
  duration: number;
  /** Every promise that was broken, in words. */
  broken: string[];
}

/** What the runs send. */
export interface MatrixFiles {
  /** A video of several parts in `media`, and of one in `media_space`. */
  short: Uint8Array<ArrayBuffer>;
  /** A video of two parts in `media_space`. */
  long: Uint8Array<ArrayBuffer>;
  images: Uint8Array<ArrayBuffer>[];
}

/** No run takes as long as this, in ms; one that does will never end. */
const DEADLINE = 60_000;
const SPACE_PART = 4_194_304;
const MEDIA_PART = 16_384;
const RETRY = { limit: 2, baseDelay: 5, maxDelay: 20 };
/** Short, since many runs wait for all of them to pass; yet long enough for a machine that runs dozens at once. */
const TIMEOUT = { attempt: 2_500, idle: 1_500, total: 15_000 };
const TIMEOUT_OF_SLOW_ANSWERS = { ...TIMEOUT, attempt: 15_000, total: 25_000 };
const POLL = { interval: 20, maxInterval: 100, timeout: 5_000 };

/** Makes the files that all runs send. */
export async function createMatrixFiles(): Promise<MatrixFiles> {
  const images = await Promise.all(["ok.jpg", "ok.png", "progressive.jpg"].map(async (name) => {
    return new Uint8Array(await readFile(new URL(`../../assets/image/${name}`, import.meta.url)));
  }));
  return { short: noise(5 * MEDIA_PART + 4321, 1), long: noise(SPACE_PART + 99_999, 2), images };
}

/**
 * Runs one cell of the fault matrix against an emulator of its own, over a real socket.
 *
 * @param cell What goes wrong.
 * @param files What is sent.
 * @returns What it came to. Never rejects because of the client.
 */
export async function runCell(cell: Cell, files: MatrixFiles): Promise<Run> {
  const { faultCase, module, stage } = cell;
  // Not where its answer is waited for to the end: a part of 4 MiB may take minutes to get through a slow line.
  const isWaitedFor = /^(stall|slow)/.test(faultCase.fault.kind);
  const bytes = module === "media_space" && stage === "part" && !isWaitedFor ? files.long : files.short;
  const secrets = createSecretWatch();
  const emulator = await startEmulator({
    dialect: cell.dialect,
    partnerKey: `canary-partner-key-${crypto.randomUUID()}`,
    accessToken: `canary-access-token-${crypto.randomUUID()}`,
    refreshToken: `canary-refresh-token-${crypto.randomUUID()}`,
    mediaPartSize: MEDIA_PART,
    transcodeMs: 10,
    inspect: false,
    faults: [{ ...faultCase.fault, endpoint: ENDPOINT_OF_STAGE[stage], ...(cell.calls === "first" && { calls: 1 }) }],
  });
  const { refreshToken, ...partner } = emulator.credentials;
  secrets.add(partner.partnerKey, partner.accessToken, refreshToken);
  const events: RequestEvent[] = [];
  const common = {
    ...partner,
    baseUrl: emulator.url,
    retry: RETRY,
    timeout: faultCase.slow ? TIMEOUT_OF_SLOW_ANSWERS : TIMEOUT,
    fetch: secrets.fetch,
    onRequest: (event: RequestEvent) => void events.push(event),
  };
  const tokens = createMemoryStore();
  const checkpoint = { store: secrets.watchStore(createMemoryStore()), key: "the upload" };
  const broken: string[] = [];
  const startedAt = performance.now();

  async function uploadOnce(): Promise<Attempted> {
    // Each run is another process's: what a manager has learnt, such as that the day's calls are used up, is not handed on.
    const accessToken = createRefreshingToken({ ...common, refreshToken, store: tokens });
    const media = new MediaManager({ ...common, accessToken });
    const abort = new AbortController();
    const reason = new Error("The user has thought better of it");
    const options: UploadVideoOptions = {
      module,
      preflight: false,
      signal: abort.signal,
      fileName: "canary.mp4",
      duration: 12,
      poll: faultCase.slow ? { ...POLL, timeout: DEADLINE } : POLL,
      ...(cell.resumed && { checkpoint }),
      onProgress(progress) {
        secrets.seen("progress", progress);
        if (stage === "cancel" && progress.partsAcked > 0) abort.abort(reason);
      },
    };
    const work = stage === "images"
      ? uploadImages(media, files.images, { module })
      : uploadVideo(media, new Blob([bytes]), options);
    return await attempted(work, reason);
  }

  let { outcome, error, value } = await uploadOnce();
  secrets.add(emulator.credentials.accessToken, emulator.credentials.refreshToken);
  secrets.seen("error", error);
  const attempts = events.filter(({ endpoint }) => endpoint.endsWith(ENDPOINT_OF_STAGE[stage])).length;
  const expected = expectedOutcomes(cell);
  if (!expected.includes(outcome)) broken.push(`ended as ${outcome}, not ${expected.join(" or ")}: ${summary(error)}`);
  broken.push(...openSessions(emulator, { cell, events, error }));

  if (cell.resumed && outcome !== "succeeded" && outcome !== "HUNG" && canResume(cell)) {
    emulator.faults.clear();
    const again = await uploadOnce();
    secrets.seen("error", again.error);
    if (again.outcome !== "succeeded") broken.push(`resumed, ended as ${again.outcome}: ${summary(again.error)}`);
    broken.push(...openSessions(emulator, { cell: { ...cell, resumed: false }, events, error: undefined }));
    value = again.value;
    outcome += ", then succeeded";
  }
  if (value !== undefined) broken.push(...await falseSuccess(emulator, { value, bytes, images: files.images }));
  secrets.seen("event", events);
  secrets.add(emulator.credentials.accessToken, emulator.credentials.refreshToken);
  broken.push(...secrets.leaks().map((what) => `a secret shows in an ${what}`));
  const duration = performance.now() - startedAt;
  await emulator.close();
  return { cell, outcome, attempts, duration, broken };
}

type Value = VideoUploadResult | ImageResult[];
type Attempted = { outcome: string; error?: unknown; value?: Value };

async function attempted(work: Promise<Value>, reason: Error): Promise<Attempted> {
  const timer = new AbortController();
  const hung = sleep(DEADLINE, undefined, { signal: timer.signal }).then((): Attempted => ({ outcome: "HUNG" }));
  hung.catch(() => {});
  const settled = work.then((value): Attempted => {
    const refused = Array.isArray(value) ? value.find(({ error }) => error !== undefined)?.error : undefined;
    return refused === undefined ? { outcome: "succeeded", value } : { outcome: nameOf(refused), error: value };
  }, (error): Attempted => ({ outcome: error === reason ? "aborted" : nameOf(error), error }));
  try {
    return await Promise.race([settled, hung]);
  } finally {
    timer.abort();
  }
}

function nameOf(error: unknown): string {
  if (isShopeeApiError(error)) return `${error.name} ${error.code}`;
  return error instanceof Error ? error.name : `${error}`;
}

function summary(error: unknown): string {
  return error instanceof Error ? error.message : inspect(error, { depth: 1 });
}

/** Without the pair that was lost with its answer, there is no way on. */
function canResume({ faultCase: { done, kind }, stage }: Cell): boolean {
  return !(stage === "token" && done && kind === "transient");
}

interface OpenSessionsOptions {
  cell: Cell;
  events: RequestEvent[];
  error: unknown;
}

/** Looks for sessions that were left open. One whose `init` was never answered is known to nobody: nobody can cancel it. */
function openSessions(emulator: Emulator, options: OpenSessionsOptions): string[] {
  const inits = options.events.filter(({ endpoint }) => endpoint.endsWith("/init_video_upload"));
  const opened = inits.filter(({ error }) => error === "").length;
  const sessions = emulator.sessions();
  const open = sessions.filter(({ status }) => status === "INITIATED" || status === "UPLOADING").length;
  const unknown = sessions.length - opened;
  const allowed = unknown + mayStayOpen(options);
  const broken: string[] = [];
  if (open > allowed) broken.push(`${open} sessions are open, where ${allowed} may be`);
  const unanswered = inits.length - opened;
  if (unknown > unanswered) broken.push(`${unknown} sessions more than were asked for, ${unanswered} unanswered`);
  return broken;
}

/** Tells how many of the sessions that the client knows of may stay open. */
function mayStayOpen({ cell, events, error }: OpenSessionsOptions): number {
  const { faultCase: { kind }, stage, calls, resumed } = cell;
  if (stage === "cancel") {
    const isCancelled = events.some(({ endpoint, error }) => endpoint.endsWith("/cancel_video_upload") && error === "");
    return isCancelled ? 0 : 1;
  }
  // Shopee has called them unknown, so nobody cancels them. The emulator knows them all the same.
  if (kind === "unknown_id" && (stage === "part" || stage === "complete")) return calls === "first" ? 1 : 2;
  if (error === undefined) return 0;
  if (kind === "daily_limit") return 1;
  // It is to be resumed.
  return resumed && ["transient", "token", "expired", "access"].includes(kind) ? 1 : 0;
}

interface FalseSuccessOptions {
  value: Value;
  bytes: Uint8Array;
  images: Uint8Array[];
}

async function falseSuccess(emulator: Emulator, { value, bytes, images }: FalseSuccessOptions): Promise<string[]> {
  if (Array.isArray(value)) {
    const same = await Promise.all(
      value.map(async ({ urls }, index) => isSame(await download(urls?.[0]), images[index]!)),
    );
    return same.length === images.length && same.every(Boolean) ? [] : ["an image came back other than it was sent"];
  }
  const { videoInfo, videoUploadId, size, md5 } = value;
  const url = "video_url_list" in videoInfo ? videoInfo.video_url_list[0] : videoInfo;
  const broken: string[] = [];
  if (!isSame(await download(url), bytes)) broken.push("the video came back other than it was sent");
  if (size !== bytes.length || md5 !== md5Of(bytes)) broken.push("size or MD5 of the result are wrong");
  const session = emulator.sessions().find(({ id }) => id === videoUploadId);
  if (session?.status !== "SUCCEEDED") broken.push(`a false success: the session is ${session?.status}`);
  const succeeded = emulator.sessions().filter(({ status }) => status === "SUCCEEDED").length;
  if (succeeded !== 1) broken.push(`the video was uploaded ${succeeded} times`);
  return broken;
}

async function download(from: { video_url?: string; image_url?: string } | undefined): Promise<Uint8Array> {
  const response = await fetch(from?.video_url ?? from?.image_url ?? "");
  return new Uint8Array(await response.arrayBuffer());
}

function md5Of(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
