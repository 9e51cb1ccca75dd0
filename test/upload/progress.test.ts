import { describe, expect, test } from "vitest";
import { createVideoUploadSink, type UploadProgress } from "../../mod.ts";
import type { Fault } from "../../src/emulator/mod.ts";
import { noise } from "../support/bytes.ts";
import { emulate } from "../support/emulate.ts";
import { forbidUnhandledRejections } from "../support/watches.ts";
import { runtime } from "../support/runtime.ts";
import { FILE, PART_SIZE, startUpload, type StartUploadOptions } from "../support/start_upload.ts";

forbidUnhandledRejections();

/** All that the listener of a successful upload was told. */
async function progressOf(options: StartUploadOptions): Promise<UploadProgress[]> {
  const events: UploadProgress[] = [];
  const onProgress = (progress: UploadProgress) => events.push(progress);
  const upload = await startUpload({ ...options, sink: { onProgress, ...options.sink } });
  expect((await upload.pipe).error).toBeUndefined();
  return events;
}

/** Without what is the same as in the value before. */
function distinct<T>(values: T[]): T[] {
  return values.filter((value, index) => index === 0 || value !== values[index - 1]);
}

const WAYS: [string, StartUploadOptions][] = [
  ["held", { module: "media_space", streamed: false }],
  ["streamed", { module: "media_space", streamed: true }],
  ["streamed", { module: "media" }],
];

/** What goes through a `fetch` of the caller's cannot be seen. */
const SEEN = { fetch: undefined };

describe.each(WAYS)("an upload, %s: %o", (_, options) => {
  const total = FILE[options.module].length;

  test("is told of from beginning to end", async () => {
    const events = await progressOf({ ...options, shopee: { transcodeMs: 100, manager: SEEN } });

    // What is streamed has nothing to read before its session is open.
    const phases = ["reading", "uploading", "completing", "processing", "done"].slice(
      events[0]!.phase === "reading" ? 0 : 1,
    );
    expect(distinct(events.map(({ phase }) => phase))).toEqual(phases);
    const statuses = distinct(events.filter(({ phase }) => phase === "processing").map(({ status }) => status));
    expect(statuses[0]).toBeUndefined();
    expect(statuses).toContain(options.module === "media" ? "PROCESSING" : "TRANSCODING");

    // Once for each part, never less, and exactly the total in the end.
    expect(distinct(events.map(({ partsAcked }) => partsAcked))).toEqual([0, 1, 2, 3, 4]);
    expectNeverFalls(events, ["read", "acked", "partsAcked"]);
    for (const { read, sent, acked } of events) {
      expect(read).toBeLessThanOrEqual(total);
      expect(sent).toBeLessThanOrEqual(read);
      expect(acked).toBeLessThanOrEqual(sent);
    }
    const end = {
      videoUploadId: expect.any(String),
      read: total,
      sent: total,
      acked: total,
      resumed: 0,
      total,
      partsAcked: 4,
      partsTotal: 4,
    };
    for (const event of events.filter(({ phase }) => phase === "processing")) expect(event).toMatchObject(end);
    expect(events.at(-1)).toEqual({ ...end, phase: "done", status: "SUCCEEDED" });

    // Bytes are seen on their way before their part is acknowledged, where the runtime lets them be seen.
    expect(events.some(({ sent, acked }) => sent > acked)).toBe(runtime !== "deno");
    // Each event is one's own to keep.
    expect(new Set(events).size).toBe(events.length);
  });

  test("lets sent fall back when a part has to be sent again, and nothing else", async () => {
    const faults: Fault[] = [
      { kind: "error", endpoint: "upload_video_part", calls: [1, 3], error: "error_server", after: true },
    ];
    const events = await progressOf({ ...options, shopee: { faults, manager: SEEN } });
    const falls = events.filter(({ sent }, index) => index > 0 && sent < events[index - 1]!.sent);
    // A part as small as those of `media` here is handed to the network in one piece: its count has nowhere to fall to.
    expect(falls.length > 0).toBe(runtime !== "deno" && options.module === "media_space");
    expectNeverFalls(events, ["read", "acked", "partsAcked"]);
    expect(events.at(-1)).toMatchObject({ phase: "done", sent: total, acked: total });
  });
});

function expectNeverFalls(events: UploadProgress[], keys: ("read" | "acked" | "partsAcked")[]): void {
  for (const key of keys) {
    const values = events.map((event) => event[key]);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
  }
}

test("a total that is not told is known when the source has ended", async () => {
  const { media } = await emulate();
  const events: UploadProgress[] = [];
  const sink = createVideoUploadSink(media, { onProgress: (progress) => events.push(progress) });
  const writer = sink.getWriter();
  await writer.write(noise(10));
  await writer.write(noise(20));
  expect(events.at(-1)).toMatchObject({ phase: "reading", read: 30, total: undefined, partsTotal: undefined });
  await writer.close();
  expect(events.at(-1)).toMatchObject({ phase: "done", read: 30, total: 30, partsTotal: 1 });
});

test("a total that is told is known from the first event", async () => {
  const [first] = await progressOf({ module: "media" });
  expect(first).toMatchObject({ total: 3.5 * PART_SIZE.media, acked: 0, partsAcked: 0 });
});
