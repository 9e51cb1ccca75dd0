import { createHash } from "node:crypto";
import {
  createRefreshingToken,
  createVideoUploadSink,
  isShopeeMediaError,
  MediaManager,
  type MediaManagerOptions,
  uploadVideo,
  type VideoUploadResult,
} from "../../mod.ts";
import { type AssembledEmulator, assembleEmulator } from "../../src/emulator/create_emulator.ts";
import { replaceMediaSpacePartSize } from "../../src/platform/limits.ts";
import { createPushHandler, createPushInbox, type PushHandler, type PushInbox } from "../../src/push/mod.ts";
import { createRandom } from "../reliability/soak/plan.ts";
import { noise } from "../support/bytes.ts";
import { textOfError } from "../support/secret_watch.ts";
import { type Machine, startClockwork } from "./clockwork.ts";
import { createJudge, type Run } from "./judge.ts";
import { openMemoryStorage } from "./memory_storage.ts";
import type { Moment, Trouble, UploadPlan, WorldPlan } from "./plan_world.ts";
import { chunksOf, partSourceOf, type SourceOptions, streamOf } from "./sources.ts";
import { createSharedStore } from "./stores.ts";
import { createTrace } from "./trace.ts";
import { createWire, type Exchange } from "./wire.ts";

/** What a world came to. */
export interface WorldReport {
  seed: number;
  /** Promises that were broken, in words. */
  violations: string[];
  /** Stands for everything that happened, in its order. */
  hash: string;
  /** Everything that happened, if that was asked for. */
  trace: string[];
  /** How the runs of uploads ended: `succeeded`, or the error's name and code. */
  outcomes: string[];
  /** Things that happened. */
  steps: number;
  /** Ms of virtual time. */
  time: number;
}

/** One upload and all its runs. */
interface Upload {
  readonly index: number;
  readonly plan: UploadPlan;
  bytes: Uint8Array<ArrayBuffer>;
  runs: number;
  current?: CurrentRun | undefined;
  isDone: boolean;
}

interface CurrentRun {
  run: Run;
  abort: AbortController;
  reason: Error;
  sourceError: Error;
  /** Listeners on the caller's signal. */
  listeners: () => number;
}

/** A place where a process runs, or the one after it. */
interface Place {
  machine: Machine;
  boots: number;
  managers: MediaManager[];
  inbox: PushInbox;
  handler: PushHandler;
}

const RETRY = { limit: 5, baseDelay: 200, maxDelay: 2_000 };
const TIMEOUT = { attempt: 3_000, idle: 1_000, total: 60_000 };
const POLL = { first: 300, interval: 500, maxInterval: 2_000, timeout: 60_000 };
const SOURCE_TIMEOUT = 10_000;
/** By then every run has ended, in ms: all its calls one after the other, each as long as it may be. */
const DEADLINE = 900_000;
/** Ms that a session may take to be cancelled, and a little. */
const CLEAN_UP = 10_050;
/** Ms after the last upload by which nothing goes on any more: a refresh may have been under way. */
const AFTERMATH = 250_000;
const MOST_STEPS = 100_000;
const PUSH = { callbackUrl: "https://shop.example/pushes", pushPartnerKey: "canary-push-key" };

const unhandled: unknown[] = [];
process.on("unhandledRejection", (reason) => unhandled.push(reason));

/**
 * Runs one world to its end.
 *
 * @param plan What it is like, and what goes wrong in it.
 * @param options Whether all that happens is written down.
 * @returns What it came to. Never rejects because of the client.
 */
export async function runWorld(plan: WorldPlan, { traces = false }: { traces?: boolean } = {}): Promise<WorldReport> {
  const clockwork = startClockwork();
  const restorePartSize = replaceMediaSpacePartSize(plan.spacePartSize);
  const { seed, troubles } = plan;
  const dice = (n: number) => createRandom(seed * 31 + n);
  const host = clockwork.boot("host", seed * 31 + 1);
  const platform = clockwork.boot("platform", seed * 31 + 2);
  const trace = createTrace(clockwork, traces);
  const judge = createJudge(clockwork, plan);
  // One token for each call may turn out to be dead.
  const deadTokens = troubles.filter(({ kind, ...more }) => {
    return kind === "expire-token" || ("fault" in more && more.fault.kind === "expired-token");
  });
  const isHarmless = troubles.every((trouble) => trouble.isHarmless) && deadTokens.length <= 1;
  const pick = <Kind extends Trouble["kind"]>(kind: Kind) =>
    troubles.filter((one): one is Extract<Trouble, { kind: Kind }> => one.kind === kind);
  const globalFetch = globalThis.fetch;
  const checks = new Set<() => boolean>();
  const outcomes: string[] = [];
  let wireEvents = 0;
  let slept = 0;

  const shops = Array.from({ length: plan.shops }, (_, index) => ({
    shopId: 100 + index,
    accessToken: `canary-access-${index}-${seed}`,
    refreshToken: `canary-refresh-${index}-${seed}`,
  }));
  const partner = { partnerId: 7, partnerKey: `canary-partner-key-${seed}` };
  for (const { accessToken, refreshToken } of shops) {
    (judge.secrets as Set<string>).add(accessToken).add(refreshToken).add(partner.partnerKey);
  }
  const emulator: AssembledEmulator = await clockwork.as({ machine: platform }, () =>
    assembleEmulator({
      ...partner,
      shops,
      dialect: plan.dialect,
      mediaPartSize: plan.mediaPartSize,
      transcodeMs: plan.transcodeMs,
      vidDelayMs: plan.vidDelayMs,
      tokenLifetime: plan.tokenLifetime,
      rateLimit: plan.rateLimit,
      inspect: false,
      faults: pick("fault").map(({ fault }) => fault),
      push: { ...PUSH, fetch: deliverPush },
    }, { openStorage: openMemoryStorage, mediaSpacePartSize: plan.spacePartSize }));
  for (const { verdict } of pick("verdict")) emulator.verdicts.next(verdict);

  const store = createSharedStore({
    ...{ clockwork, host, random: dice(3), canLock: plan.canLock, troubles: pick("store").map((one) => one.store) },
    onSet(key, value) {
      trace.add("store", key, JSON.stringify(value).length);
      judge.stored(key, value);
      if (key.startsWith("upload") && leak(JSON.stringify(value))) judge.accuse("a secret is in a checkpoint");
    },
  });
  const wire = createWire({
    ...{ clockwork, platform, way: plan.way, random: dice(4), troubles: pick("network").map((one) => one.network) },
    serve: (request, connection) => emulator.handle(request, connection),
    tap: {
      departed(exchange) {
        heard("departs", exchange);
        judge.departed(exchange);
      },
      sent: judge.sent,
      arrived(exchange) {
        heard("arrives", exchange);
        judge.arrived(exchange);
      },
      answered(exchange, answer) {
        heard("answered", exchange, `${answer.status} ${answer.text.length}`);
        judge.answered(exchange, answer);
      },
      failed(exchange, why) {
        heard(why, exchange);
        judge.failed(exchange, why);
      },
    },
  });
  if (plan.wire === "stream") globalThis.fetch = wire.fetchStream as typeof fetch;

  const places = clockwork.as({ machine: host }, () => plan.machines.map((_, index) => bootPlace(index, 0)));
  const uploads = plan.uploads.map((plan, index): Upload => ({
    ...{ index, plan, bytes: noise(plan.size, seed * 10 + index + 1), runs: 0, isDone: plan.isLeftOut ?? false },
  }));

  /** Something has come by on the wire: what was to happen after so many of them happens. */
  function heard(what: string, { number, machine, task, endpoint, request }: Exchange, more = ""): void {
    trace.add(what, number, machine.name, task?.name ?? "", endpoint, request.seq ?? "", more);
    wireEvents++;
    for (const trouble of troubles) {
      if ("at" in trouble && trouble.at.wire === wireEvents) {
        clockwork.later({ machine: host }, trouble.at.ms, () => strike(trouble));
      }
    }
  }

  function leak(text: string): boolean {
    for (const secret of judge.secrets) if (text.includes(secret)) return true;
    return false;
  }

  function bootPlace(index: number, boots: number): Place {
    const machine = clockwork.boot(`machine ${index}.${boots}`, seed * 31 + 100 + index * 10 + boots);
    machine.skew = plan.machines[index]!.skew;
    const view = store.viewOf(machine);
    const common: MediaManagerOptions = {
      ...partner,
      baseUrl: "http://localhost",
      retry: RETRY,
      timeout: TIMEOUT,
      ...(plan.wire === "bytes" && { fetch: wire.fetch }),
      onRequest(event) {
        trace.add(
          "event",
          event.endpoint,
          event.attempt,
          event.status ?? "",
          event.error ?? "",
          event.retryAfter ?? "",
        );
        if (leak(JSON.stringify(event))) judge.accuse("a secret is in an event");
      },
    };
    return clockwork.as({ machine }, () => {
      const tokens = shops.map(({ shopId, refreshToken }) => {
        const source = createRefreshingToken({
          ...{ ...common, shopId, refreshToken, store: view, leeway: plan.tokenLifetime * 100 },
        });
        // A refresh is the process's own, whichever upload waits for it.
        return {
          get: () => clockwork.as({ machine }, () => source.get()),
          refresh: (stale: string) => clockwork.as({ machine }, () => source.refresh(stale)),
        };
      });
      const [first, ...others] = shops.map(({ shopId }, shop) => ({ shopId, accessToken: tokens[shop]! }));
      const media = new MediaManager({ ...common, ...first, signAs: plan.signAs });
      const inbox = createPushInbox();
      const handler = createPushHandler({ ...PUSH, onVideoUpload: inbox.deliver, onError: () => {} });
      return { machine, boots, managers: [media, ...others.map((shop) => media.forShop(shop))], inbox, handler };
    });
  }

  /** A push goes to whichever machine answers to the address. */
  async function deliverPush(request: Request): Promise<Response> {
    const place = places[Math.floor(platform.random.next() * places.length)]!;
    const { machine, handler } = place;
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    clockwork.later({ machine: platform }, plan.way.latency, () => {
      trace.add("push", machine.name);
      if (!machine.isAlive) return reject(new TypeError("fetch failed"));
      clockwork.later({ machine }, 0, () => {
        handler(request).then(resolve, reject);
      });
    });
    return await promise;
  }

  /** What goes wrong at a moment. */
  function strike(trouble: Trouble & { at: Moment }): void {
    trace.add("strike", trouble.kind);
    switch (trouble.kind) {
      case "abort": {
        const { current } = uploads[trouble.upload]!;
        if (current?.run.state !== "running") return;
        const { run, abort, reason } = current;
        judge.gaveUp(run);
        clockwork.as({ machine: run.machine, task: run }, () => abort.abort(reason));
        checks.add(() => {
          const left = [...run.open].filter(({ endpoint }) => !/init_video_upload|cancel_video_upload/.test(endpoint));
          if (left.length > 0) judge.accuse(`${left[0]!.endpoint} of ${run.name} goes on after it was given up`);
          return true;
        });
        return;
      }
      case "kill":
        return kill(trouble.machine, trouble.restartAfter);
      case "sleep": {
        slept += trouble.ms;
        clockwork.suspend(places[trouble.machine]!.machine, trouble.ms);
        return;
      }
      case "clock":
        places[trouble.machine]!.machine.skew += trouble.ms;
        return;
      case "expire-token":
        return clockwork.as({ machine: platform }, () => emulator.expireToken());
      case "expire-session": {
        const session = clockwork.as({ machine: platform }, () => emulator.sessions()).at(-1);
        if (session !== undefined) emulator.expireSession(session.id);
        return;
      }
      case "outage":
        return wire.cut(trouble.ms, trouble.how);
    }
  }

  function kill(index: number, restartAfter: number): void {
    const { machine, boots } = places[index]!;
    if (!machine.isAlive) return;
    clockwork.kill(machine);
    judge.killed(machine);
    wire.drop(machine);
    const hit = uploads.filter(({ current }) => current?.run.machine === machine && current.run.state === "running");
    for (const { current } of hit) judge.ended(current!.run, "killed");
    clockwork.later({ machine: host }, restartAfter, () => {
      places[index] = bootPlace(index, boots + 1);
      trace.add("restart", index);
      for (const upload of hit) start(upload);
    });
  }

  function start(upload: Upload): void {
    const { index, plan: { machine: place, shop } } = upload;
    const { machine } = places[place]!;
    if (!machine.isAlive) return void clockwork.later({ machine: host }, 100, () => start(upload));
    const run: Run = {
      ...upload.plan,
      name: `upload ${index} run ${upload.runs++}`,
      machine,
      timers: 0,
      startedAt: clockwork.now,
      state: "running",
      inFlight: 0,
      open: new Set(),
    };
    const abort = new AbortController();
    const current: CurrentRun = {
      ...{ run, abort, reason: new Error("The user has given up"), sourceError: new Error("The source has failed") },
      listeners: countListeners(abort.signal),
    };
    upload.current = current;
    judge.began(run);
    trace.add("start", run.name, machine.name);
    const work = clockwork.as({ machine, task: run }, () => begin(upload, current, places[place]!, shop));
    work.then(
      (result) => finish(upload, current, { result }),
      (error: unknown) => finish(upload, current, { error }),
    );
  }

  function begin(upload: Upload, current: CurrentRun, { managers, inbox, machine }: Place, shop: number) {
    const { index, plan: { source, module, concurrency, until, knowsMd5, hasCheckpoint, pushes }, bytes } = upload;
    const { run, abort, sourceError } = current;
    const partSize = module === "media" ? plan.mediaPartSize : plan.spacePartSize;
    const isHeld = module === "media_space" && !knowsMd5;
    const isFirst = upload.runs === 1;
    const failure = pick("source-error").find((one) => one.upload === index && isFirst);
    const sourceOptions: SourceOptions = {
      bytes,
      plan: upload.plan,
      // A sink counts from its first write on, so that before it there is no deadline.
      stalls: new Map(
        pick("stall").filter((one) => one.upload === index && isFirst)
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
      onProgress(progress: Parameters<typeof judge.progressed>[1]) {
        judge.progressed(run, progress);
        trace.add("progress", run.name, progress.phase, progress.read, progress.sent, progress.acked);
        if (leak(JSON.stringify(progress))) judge.accuse("a secret is in the progress");
      },
    };
    const media = managers[shop]!;
    if (source === "sink") {
      const sink = createVideoUploadSink(media, options);
      return streamOf(sourceOptions).pipeTo(sink).then(() => sink.result);
    }
    const sources = {
      bytes: () => bytes,
      parts: () => partSourceOf(sourceOptions),
      iterable: () => chunksOf(sourceOptions),
      stream: () => streamOf(sourceOptions),
    };
    // Its types know no source that is any of them.
    return uploadVideo(
      media,
      sources[source]() as Uint8Array<ArrayBuffer>,
      {
        ...options,
        preflight: false,
      } as Parameters<typeof uploadVideo>[2],
    ) as Promise<VideoUploadResult>;
  }

  function finish(upload: Upload, current: CurrentRun, { result, error }: { result?: unknown; error?: unknown }): void {
    const { run, abort, reason, sourceError, listeners } = current;
    judge.ended(run, "settled");
    const outcome = result === undefined ? nameOf(error, { reason, sourceError }) : "succeeded";
    outcomes.push(outcome);
    trace.add("ends", run.name, outcome);
    if (listeners() > 0) judge.accuse(`${run.name} has left a listener on its signal`);
    checks.add(() => {
      if (!run.machine.isAlive) return true;
      if (run.hasCheckpoint && (store.busy > 0 || pick("store").length > 0)) return pick("store").length > 0;
      if (run.timers > 0) judge.accuse(`${run.name} has left ${run.timers} timers`);
      return true;
    });
    if (run.endedAt !== undefined && slept === 0 && clockwork.now - run.endedAt > CLEAN_UP) {
      judge.accuse(`${run.name} took ${clockwork.now - run.endedAt} ms to end after it was given up`);
    }
    if (result !== undefined) {
      upload.isDone = true;
      void clockwork.as({ machine: platform }, () => checkSuccess(upload, run, result as VideoUploadResult));
      return;
    }
    checkFailure(run, error, { abort, reason, sourceError, outcome });
    // Who has given up may think better of it, too.
    const mayTryAgain = upload.runs <= upload.plan.resumptions && (!abort.signal.aborted || run.hasCheckpoint);
    if (!mayTryAgain) return void (upload.isDone = true);
    if (pick("other-source").some((one) => one.upload === upload.index)) {
      upload.bytes = noise(upload.plan.size, seed * 10 + upload.index + 77);
    }
    clockwork.later({ machine: host }, 1_000, () => start(upload));
  }

  async function checkSuccess(upload: Upload, run: Run, result: VideoUploadResult): Promise<void> {
    const { bytes, plan: { until } } = upload;
    const { videoUploadId, size, md5, parts } = result;
    const session = emulator.sessions().find(({ id }) => id === videoUploadId);
    if (session === undefined) return judge.accuse(`${run.name} succeeded with a session that there is not`);
    const isAtPlatform = until === "ready"
      ? session.status === "SUCCEEDED"
      : session.history.some((status) => status === "TRANSCODING" || status === "UPLOADED");
    if (!isAtPlatform) judge.accuse(`a false success of ${run.name}: its session is ${session.status}`);
    if (size !== bytes.length || md5 !== createHash("md5").update(bytes).digest("hex")) {
      judge.accuse(`${run.name} tells a wrong size or MD5`);
    }
    if (parts.length !== session.parts.length || parts.some((seq, index) => seq !== index)) {
      judge.accuse(`${run.name} tells of the parts ${parts}`);
    }
    if (run.progress?.phase !== "done" || run.progress.acked !== bytes.length) {
      judge.accuse(`${run.name} succeeded with the progress ${run.progress?.phase} ${run.progress?.acked}`);
    }
    // What was refused after all is thrown away.
    if (session.status === "CANCELLED") return;
    const content = await emulator.content(videoUploadId).catch(() => new Uint8Array());
    if (Buffer.compare(content, bytes) !== 0) judge.accuse(`the platform has other bytes than ${run.name} sent`);
  }

  function checkFailure(
    run: Run,
    error: unknown,
    { abort, reason, sourceError, outcome }: {
      abort: AbortController;
      reason: Error;
      sourceError: Error;
      outcome: string;
    },
  ): void {
    if (error !== reason && error !== sourceError && !isShopeeMediaError(error)) {
      judge.accuse(`${run.name} failed with an error of nobody's: ${(error as Error)?.stack}`);
    }
    if (error === reason && !abort.signal.aborted) judge.accuse(`${run.name} was not aborted, but says so`);
    if (leak(textOfError(error))) judge.accuse(`a secret is in the error of ${run.name}`);
    const isLost = judge.mayHaveLostPair && (error as { kind?: string }).kind === "authorization";
    if (isHarmless && error !== reason && plan.rateLimit === undefined && !isLost) {
      judge.accuse(
        `${run.name} failed, though nothing happened that it may fail of: ${outcome}: ${(error as Error).message}`,
      );
    }
    const { session, videoUploadId = "", cleanupError } = error as Partial<
      { session: string; videoUploadId: string; cleanupError: unknown }
    >;
    const known = judge.sessions.get(videoUploadId);
    if (known !== undefined && cleanupError !== undefined) known.cancelFailed = true;
    if (session === "cancelled" && known !== undefined && known.cancel !== "acknowledged" && !known.isDisowned) {
      judge.accuse(`${run.name} says that its session was cancelled, and it was not`);
    }
    const mayKeep = run.hasCheckpoint || cleanupError !== undefined ||
      (error as { kind?: string }).kind === "daily_limit";
    if (session === "kept" && !mayKeep) judge.accuse(`${run.name} has kept its session for nobody: ${outcome}`);
  }

  /** Looks at what is left when all has ended. */
  function checkAftermath(): void {
    for (const { machine } of places) {
      if (machine.isAlive && machine.timers > 0) judge.accuse(`${machine.name} has left ${machine.timers} timers`);
    }
    if (store.locked().length > 0 && pick("store").length === 0) judge.accuse(`the lock of ${store.locked()} was left`);
    for (const { id, status, expired } of emulator.sessions()) {
      const session = judge.sessions.get(id);
      if (session === undefined || expired || !["INITIATED", "UPLOADING"].includes(status)) continue;
      const isKept = uploads.some(({ index }) =>
        (store.read(`upload ${index}`) as { videoUploadId?: string } | null)?.videoUploadId === id
      );
      if (isKept || session.isForgivable) continue;
      judge.accuse(`the session ${id} of ${session.openedBy.name} was left open, and nobody knows of it`);
    }
  }

  async function live(): Promise<{ steps: number }> {
    let steps = 0;
    let until = Infinity;
    for (const upload of uploads.filter(({ isDone }) => !isDone)) {
      clockwork.later({ machine: host }, upload.plan.startAt, () => start(upload));
    }
    await clockwork.settle();
    while (judge.violations.length === 0 && clockwork.now < until && await clockwork.step()) {
      if (++steps > MOST_STEPS) judge.accuse(`the world has no end: ${steps} steps`);
      for (const check of checks) if (check()) checks.delete(check);
      for (const { current } of uploads) {
        if (current?.run.state !== "running") continue;
        const { run } = current;
        if (clockwork.now - run.startedAt > DEADLINE + slept) judge.accuse(`${run.name} does not end`);
        if (clockwork.now - (run.endedAt ?? Infinity) > CLEAN_UP + slept) {
          judge.accuse(`${run.name} does not end after it was given up`);
        }
      }
      if (until === Infinity && uploads.every(({ isDone }) => isDone)) until = clockwork.now + AFTERMATH + slept;
    }
    const waiting = uploads.filter(({ isDone }) => !isDone);
    if (judge.violations.length === 0 && waiting.length > 0) {
      judge.accuse(`nothing is left to happen, and ${waiting[0]!.current?.run.name} has not ended`);
    }
    return { steps };
  }

  try {
    const { steps } = await live();
    if (judge.violations.length === 0) clockwork.as({ machine: platform }, checkAftermath);
    for (const reason of unhandled.splice(0)) {
      judge.accuse(`an unhandled rejection: ${(reason as Error)?.stack ?? reason}`);
    }
    return {
      seed,
      violations: judge.violations,
      hash: trace.hash(),
      trace: trace.lines,
      outcomes,
      steps,
      time: clockwork.now,
    };
  } finally {
    await clockwork.as({ machine: host }, () => emulator.close());
    globalThis.fetch = globalFetch;
    restorePartSize();
    clockwork.close();
  }
}

function nameOf(error: unknown, { reason, sourceError }: { reason: Error; sourceError: Error }): string {
  if (error === reason) return "aborted";
  if (error === sourceError) return "its source failed";
  const { name, code, kind } = error as { name: string; code?: string; kind?: string };
  return [name, code, kind].filter(Boolean).join(" ");
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
