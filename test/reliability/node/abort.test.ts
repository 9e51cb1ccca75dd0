import { getEventListeners } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import { createVideoUploadSink, MediaManager, type VideoModule, type VideoSinkOptions } from "../../../mod.ts";
import { type Emulator, type Fault, startEmulator } from "../../../src/emulator/mod.ts";
import { cut, noise } from "../../support/bytes.ts";
import { settle, until } from "../../support/settle.ts";

const PART = 1_000;
const bytes = noise(6 * PART);
const reason = () => new Error("The user has thought better of it");

/** In `media_space` the session opens when the source has ended; in `media` at its first byte. */
type Stage = "before the first byte" | "init" | "parts" | "complete" | "polling";
type Way = "signal" | "sink" | "source" | "pipe";

/** What keeps an upload at a stage for as long as it is wanted there. `init` must be let through in the end. */
const HOLDS: Record<Stage, Fault[]> = {
  "before the first byte": [],
  "init": [{ kind: "stall-before", endpoint: "init_video_upload", ms: 150 }],
  "parts": [{ kind: "stall-before", endpoint: "upload_video_part" }],
  "complete": [{ kind: "stall-before", endpoint: "complete_video_upload" }],
  "polling": [{ kind: "stall-before", endpoint: "get_video_upload_result" }],
};
const ENDPOINTS: Record<Stage, string> = {
  "before the first byte": "",
  "init": "init_video_upload",
  "parts": "upload_video_part",
  "complete": "complete_video_upload",
  "polling": "get_video_upload_result",
};

/** Far above the promised 100 ms, for a machine that is busy with other things: nothing that goes on by itself ends here. */
const AT_ONCE = 1_000;

let emulator: Emulator;
afterEach(() => emulator.close());

interface Situation {
  module: VideoModule;
  stage: Stage;
  way: Way;
  twice?: boolean;
}

function allSituations(): Situation[] {
  const situations: Situation[] = [];
  for (const module of ["media_space", "media"] as const) {
    for (const stage of Object.keys(HOLDS) as Stage[]) {
      situations.push({ module, stage, way: "signal" }, { module, stage, way: "sink" });
      situations.push({ module, stage, way: "signal", twice: true }, { module, stage, way: "sink", twice: true });
    }
    situations.push({ module, stage: "before the first byte", way: "pipe" });
    situations.push({ module, stage: "before the first byte", way: "source" });
  }
  // Only there a pipe is still open when requests go out.
  for (const stage of ["init", "parts"] as const) situations.push({ module: "media", stage, way: "source" });
  situations.push({ module: "media", stage: "parts", way: "pipe" });
  return situations;
}

describe("an abort", () => {
  test.each(allSituations())("in $module, $stage, by the $way, twice: $twice", async (situation) => {
    const { module, stage, way, twice } = situation;
    emulator = await startEmulator({ mediaPartSize: PART, transcodeMs: 0, inspect: false, faults: HOLDS[stage] });
    const media = new MediaManager({ ...emulator.credentials, baseUrl: emulator.url });
    const resources = countResources();
    const why = reason();
    const byUser = new AbortController();
    const byPipe = new AbortController();
    const options: VideoSinkOptions = {
      module,
      size: bytes.length,
      fileName: "shoes.mp4",
      duration: 12,
      concurrency: 3,
      signal: byUser.signal,
    };
    const sink = createVideoUploadSink(media, options);
    let failSource!: (reason: unknown) => void;
    const source = new ReadableStream<BufferSource>({
      start(controller) {
        failSource = (error) => controller.error(error);
        if (stage === "before the first byte") return;
        // With room for more, so that a pipe is not held up by a chunk that nobody takes.
        const chunks = way === "signal" || way === "sink" ? cut(bytes, PART) : cut(bytes, PART).slice(0, 2);
        for (const chunk of chunks) controller.enqueue(chunk);
        if (way === "signal" || way === "sink") controller.close();
      },
    });

    // A sink that is piped into is locked, so that its own `abort` is reached by a writer.
    const writer = way === "sink" ? sink.getWriter() : undefined;
    const work = writer === undefined ? source.pipeTo(sink, { signal: byPipe.signal }) : writeAll(writer, source);
    const settled = settle(work);
    const result = settle(sink.result);
    const abort: Record<Way, () => void> = {
      signal: () => byUser.abort(why),
      sink: () => void writer!.abort(why).catch(() => {}),
      source: () => failSource(why),
      pipe: () => byPipe.abort(why),
    };

    await until(() => stage === "before the first byte" || emulator.faults.list()[0]!.fired === inFlight(situation));
    const abortedAt = Date.now();
    abort[way]();
    if (twice) {
      abort[way]();
      byUser.abort(reason());
    }
    expect((await settled).error).toBe(why);
    expect((await result).error).toBe(why);

    const session = emulator.sessions()[0];
    // The emulator writes a request down when it is over.
    const isHeld = ({ endpoint }: { endpoint: string }) =>
      stage !== "before the first byte" && endpoint.endsWith(ENDPOINTS[stage]);
    await until(() => emulator.requests.filter(isHeld).length >= (emulator.faults.list()[0]?.fired ?? 0));
    const isCancel = ({ endpoint }: { endpoint: string }) => endpoint.endsWith("cancel_video_upload");
    // A video whose complete was acknowledged, or may have been, is not given up.
    const isCancelled = session !== undefined && stage !== "complete" && stage !== "polling";
    expect(emulator.requests.filter(isCancel)).toHaveLength(isCancelled ? 1 : 0);
    const open = module === "media" ? "UPLOADING" : "INITIATED";
    const end = stage === "polling" ? "SUCCEEDED" : stage === "complete" ? open : "CANCELLED";
    // The video goes its way whatever the client does.
    if (stage === "polling") await until(() => emulator.sessions()[0]!.status === end);
    expect(emulator.sessions()[0]?.status).toBe(session === undefined ? undefined : end);
    const others = emulator.requests.filter((request) => !isCancel(request));
    expect(others.filter(({ startedAt }) => startedAt > abortedAt)).toEqual([]);
    const cutOff = others.filter((request) => isHeld(request) && stage !== "init");
    for (const { startedAt, duration, status } of cutOff) {
      expect(status).toBe(0);
      expect(startedAt + duration - abortedAt).toBeLessThan(AT_ONCE);
    }
    if (stage !== "before the first byte" && stage !== "init") expect(cutOff.length).toBeGreaterThan(0);

    expect(getEventListeners(byUser.signal, "abort")).toEqual([]);
    expect(getEventListeners(byPipe.signal, "abort")).toEqual([]);
    await emulator.close();
    await until(() => isNoMore(countResources(), resources));
  });
});

test("a signal that was aborted before is an upload that sends nothing", async () => {
  emulator = await startEmulator();
  const media = new MediaManager({ ...emulator.credentials, baseUrl: emulator.url });
  const why = reason();
  const sink = createVideoUploadSink(media, { signal: AbortSignal.abort(why) });
  expect((await settle(new Blob([bytes]).stream().pipeTo(sink))).error).toBe(why);
  expect(emulator.requests).toEqual([]);
});

test("one signal for many uploads gathers no listeners", async () => {
  emulator = await startEmulator({ mediaPartSize: PART, transcodeMs: 0, inspect: false });
  const media = new MediaManager({ ...emulator.credentials, baseUrl: emulator.url });
  const { signal } = new AbortController();
  for (let time = 0; time < 12; time++) {
    await new Blob([bytes]).stream().pipeTo(createVideoUploadSink(media, { signal }));
    expect(getEventListeners(signal, "abort")).toEqual([]);
  }
});

async function writeAll(writer: WritableStreamDefaultWriter<BufferSource>, source: ReadableStream<BufferSource>) {
  const write = async () => {
    for await (const chunk of source) await writer.write(chunk);
    await writer.close();
  };
  await Promise.race([write(), writer.closed]);
}

/** How many requests are under way at a stage. */
function inFlight({ module, stage, way }: Situation): number {
  if (stage !== "parts" || module === "media_space") return 1;
  return way === "signal" || way === "sink" ? 3 : 2;
}

/** What keeps the process alive: timers, sockets, requests. */
function countResources(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const type of process.getActiveResourcesInfo()) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

function isNoMore(now: Record<string, number>, before: Record<string, number>): boolean {
  return ["Timeout", "TCPSocketWrap"].every((type) => (now[type] ?? 0) <= (before[type] ?? 0));
}
