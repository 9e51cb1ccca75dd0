import type { VideoUploadResult } from "../../mod.ts";
import { type AssembledEmulator, assembleEmulator } from "../../src/emulator/create_emulator.ts";
import { replaceMediaSpacePartSize } from "../../src/platform/limits.ts";
import { createRandom } from "../reliability/soak/plan.ts";
import { noise } from "../support/bytes.ts";
import { bootPlace, PUSH } from "./boot_place.ts";
import { checkAftermath, checkFailure, checkSuccess } from "./check_ending.ts";
import { startClockwork } from "./clockwork.ts";
import { createJudge } from "./judge.ts";
import { openMemoryStorage } from "./memory_storage.ts";
import type { Moment, Trouble, WorldPlan } from "./plan_world.ts";
import { createSharedStore } from "./stores.ts";
import { createTrace } from "./trace.ts";
import { beginRun, newRun, type Upload } from "./upload_run.ts";
import { createWire, type Exchange } from "./wire.ts";
import { leaks, troublesOf, type World } from "./world.ts";

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

/** By then every run has ended, in ms: all its calls one after the other, each as long as it may be. */
const DEADLINE = 900_000;
/** Ms that a session may take to be cancelled, and a little. */
const CLEAN_UP = 10_050;
/** Ms after the last upload by which nothing goes on any more: a refresh may have been under way. */
const AFTERMATH = 250_000;
const MOST_STEPS = 100_000;

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
      faults: troublesOf(plan, "fault").map(({ fault }) => fault),
      push: { ...PUSH, fetch: deliverPush },
    }, { openStorage: openMemoryStorage, mediaSpacePartSize: plan.spacePartSize }));
  for (const { verdict } of troublesOf(plan, "verdict")) emulator.verdicts.next(verdict);

  const store = createSharedStore({
    clockwork,
    host,
    random: dice(3),
    canLock: plan.canLock,
    troubles: troublesOf(plan, "store").map((one) => one.store),
    onSet(key, value) {
      trace.add("store", key, JSON.stringify(value).length);
      judge.stored(key, value);
      if (key.startsWith("upload") && leaks(judge, JSON.stringify(value))) judge.accuse("a secret is in a checkpoint");
    },
  });
  const wire = createWire({
    clockwork,
    platform,
    way: plan.way,
    random: dice(4),
    troubles: troublesOf(plan, "network").map((one) => one.network),
    serve: (request, connection) => emulator.handle(request, connection),
    tap: {
      departed(exchange) {
        heard("departs", exchange);
        judge.departed(exchange);
      },
      sent: judge.sent,
      arrived: (exchange) => heard("arrives", exchange),
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

  const world: World = { plan, clockwork, judge, trace, emulator, store, wire, partner, shops };
  const places = clockwork.as({ machine: host }, () => plan.machines.map((_, index) => bootPlace(world, index, 0)));
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
      places[index] = bootPlace(world, index, boots + 1);
      trace.add("restart", index);
      for (const upload of hit) start(upload);
    });
  }

  function start(upload: Upload): void {
    const place = places[upload.plan.machine]!;
    const { machine } = place;
    if (!machine.isAlive) return void clockwork.later({ machine: host }, 100, () => start(upload));
    const { run } = upload.current = newRun(upload, { machine, now: clockwork.now });
    upload.runs++;
    judge.began(run);
    trace.add("start", run.name, machine.name);
    const work = clockwork.as({ machine, task: run }, () => beginRun(world, upload, place));
    work.then((result) => finish(upload, { result }), (error: unknown) => finish(upload, { error }));
  }

  function finish(upload: Upload, { result, error }: { result?: VideoUploadResult; error?: unknown }): void {
    const { run, abort, listeners } = upload.current!;
    judge.ended(run, "settled");
    if (result !== undefined) void clockwork.as({ machine: platform }, () => checkSuccess(world, upload, result));
    const outcome = result === undefined ? checkFailure(world, upload, error) : "succeeded";
    outcomes.push(outcome);
    trace.add("ends", run.name, outcome);
    if (listeners() > 0) judge.accuse(`${run.name} has left a listener on its signal`);
    checks.add(() => {
      if (!run.machine.isAlive) return true;
      if (run.hasCheckpoint && (store.busy > 0 || troublesOf(plan, "store").length > 0)) {
        return troublesOf(plan, "store").length > 0;
      }
      if (run.timers > 0) judge.accuse(`${run.name} has left ${run.timers} timers`);
      return true;
    });
    if (run.endedAt !== undefined && slept === 0 && clockwork.now - run.endedAt > CLEAN_UP) {
      judge.accuse(`${run.name} took ${clockwork.now - run.endedAt} ms to end after it was given up`);
    }
    // Who has given up may think better of it, too.
    const mayTryAgain = result === undefined && upload.runs <= upload.plan.resumptions &&
      (!abort.signal.aborted || run.hasCheckpoint);
    if (!mayTryAgain) return void (upload.isDone = true);
    if (troublesOf(plan, "other-source").some((one) => one.upload === upload.index)) {
      upload.bytes = noise(upload.plan.size, seed * 10 + upload.index + 77);
    }
    clockwork.later({ machine: host }, 1_000, () => start(upload));
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
    if (judge.violations.length === 0) {
      clockwork.as({ machine: platform }, () => checkAftermath(world, { places, uploads }));
    }
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
