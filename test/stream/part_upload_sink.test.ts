import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createPartUploadSink, type Part } from "../../mod.ts";
import { quiet, settle, until } from "../support/settle.ts";
import { sourceOf } from "../support/streams.ts";
import { forbidUnhandledRejections, watchSignal } from "../support/watches.ts";

forbidUnhandledRejections();
afterEach(() => void vi.useRealTimers());

function partsOf(count: number): Part[] {
  return Array.from({ length: count }, (_, seq) => ({ seq, bytes: Uint8Array.of(seq), md5: `md5-${seq}` }));
}

/** An `upload` whose parts end only when the test says so. */
function createDesk() {
  const open = new Map<number, { end: (...error: [] | [unknown]) => void; signal: AbortSignal }>();
  const begun: number[] = [];
  let most = 0;

  function upload({ seq }: Part, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const end = (...error: [] | [unknown]) => {
      open.delete(seq);
      if (error.length === 0) resolve();
      else reject(error[0]);
    };
    begun.push(seq);
    open.set(seq, { end, signal });
    most = Math.max(most, open.size);
    return promise;
  }

  return {
    /** What is in flight. */
    open,
    /** Numbers of the parts in the order in which they began. */
    begun,
    /** Most parts that were in flight at once. */
    most: () => most,
    /** Ends the part that has been in flight for the longest time, or the one after that, and so on. */
    end(index = 0): void {
      const parts = [...open.values()];
      parts[index % parts.length]!.end();
    },
    upload,
    /** As requests do: ends with the reason as soon as the signal fires. */
    abortable(part: Part, signal: AbortSignal): Promise<void> {
      const ended = upload(part, signal);
      const { end } = open.get(part.seq)!;
      signal.addEventListener("abort", () => end(signal.reason));
      return ended;
    },
  };
}

test("every part is uploaded once, as it came, and the pipe ends when the last of them has", async () => {
  const parts = partsOf(10);
  const desk = createDesk();
  const seen: Part[] = [];
  let ended = false;
  const pipe = sourceOf(parts).stream.pipeTo(createPartUploadSink({
    concurrency: 4,
    upload: (part, signal) => {
      seen.push(part);
      return desk.upload(part, signal);
    },
  })).then(() => ended = true);
  for (let done = 0; done < 10; done++) {
    await until(() => desk.open.size > 0);
    expect(ended).toBe(false);
    desk.end(desk.open.size - 1);
  }
  await pipe;
  expect(seen).toEqual(parts);
  seen.forEach((part, seq) => expect(part).toBe(parts[seq]));
});

test("nothing at all is fine", async () => {
  const upload = vi.fn();
  await sourceOf<Part>([]).stream.pipeTo(createPartUploadSink({ upload }));
  expect(upload).not.toHaveBeenCalled();
});

test.each([0, 17, -1, 1.5, NaN, "3"])("a concurrency of %j is refused", (concurrency) => {
  const make = () => createPartUploadSink({ upload: async () => {}, concurrency: concurrency as number });
  expect(make).toThrow(
    expect.objectContaining({ name: "InvalidInputError", message: expect.stringContaining(`${concurrency}`) }),
  );
});

describe("the window", () => {
  test.each([[undefined, 3], [1, 1], [3, 3], [16, 16]])(
    "of concurrency %s lets %d parts go at once",
    async (concurrency, most) => {
      const desk = createDesk();
      const pipe = sourceOf(partsOf(40)).stream.pipeTo(
        createPartUploadSink({ concurrency, upload: desk.upload }),
      );
      for (let done = 0; done < 40; done++) {
        await until(() => desk.open.size === Math.min(most, 40 - done));
        desk.end();
      }
      await pipe;
      expect(desk.most()).toBe(most);
      expect(desk.begun).toEqual(partsOf(40).map(({ seq }) => seq));
    },
  );

  test("any order of answers keeps it, and keeps it full", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 16 }),
        fc.array(fc.integer({ min: 0, max: 15 }), { maxLength: 40 }),
        async (concurrency, order) => {
          const desk = createDesk();
          const pipe = sourceOf(partsOf(order.length)).stream.pipeTo(
            createPartUploadSink({ concurrency, upload: desk.upload }),
          );
          for (const [done, pick] of order.entries()) {
            // A microtask or two later there is a part in flight for each place, as long as there are parts.
            await until(() => desk.open.size === Math.min(concurrency, order.length - done));
            desk.end(pick);
          }
          await pipe;
          expect(desk.most()).toBeLessThanOrEqual(concurrency);
        },
      ),
      { numRuns: 100 },
    );
  });

  test("no part is taken from the source as long as there is no room", async () => {
    const desk = createDesk();
    const source = sourceOf(partsOf(100));
    const pipe = source.stream.pipeTo(
      createPartUploadSink({ concurrency: 2, upload: desk.upload }),
    );
    await until(() => desk.open.size === 2);
    await quiet();
    // Two in flight and one that waits.
    expect(source.pulls()).toBeLessThanOrEqual(3);
    for (let done = 0; done < 100; done++) {
      await until(() => desk.open.size > 0);
      expect(source.pulls()).toBeLessThanOrEqual(done + 3);
      desk.end();
    }
    await pipe;
  });

  test.each([1, 3, 16])("stays at least 90 %% full with %d at once and a fixed latency", async (concurrency) => {
    vi.useFakeTimers();
    const latency = 100;
    const count = concurrency * 20;
    const startedAt = Date.now();
    let endedAt = 0;
    const pipe = sourceOf(partsOf(count)).stream.pipeTo(createPartUploadSink({
      concurrency,
      upload: () => new Promise((resolve) => setTimeout(resolve, latency)),
    })).then(() => endedAt = Date.now());
    while (endedAt === 0) await vi.advanceTimersByTimeAsync(1);
    await pipe;
    const full = (count * latency) / (concurrency * (endedAt - startedAt));
    expect(full).toBeGreaterThanOrEqual(0.9);
  });
});

describe("a part that fails", () => {
  const reason = new Error("Cannot upload part 1");

  test("ends the pipe with its own error, aborts those in flight, and lets no other begin", async () => {
    const desk = createDesk();
    const source = sourceOf(partsOf(10));
    const pipe = settle(source.stream.pipeTo(
      createPartUploadSink({ concurrency: 3, upload: desk.abortable }),
    ));
    await until(() => desk.open.size === 3);
    const { signal } = desk.open.get(0)!;
    desk.open.get(1)!.end(reason);
    expect((await pipe).error).toBe(reason);
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toBe(reason);
    expect(desk.begun).toEqual([0, 1, 2]);
    expect(source.cancelled()?.reason).toBe(reason);
    await until(() => desk.open.size === 0);
  });

  test("after the source has ended still ends the pipe with its error", async () => {
    const desk = createDesk();
    const pipe = settle(
      sourceOf(partsOf(3)).stream.pipeTo(
        createPartUploadSink({ concurrency: 3, upload: desk.abortable }),
      ),
    );
    await until(() => desk.open.size === 3);
    await quiet();
    desk.open.get(2)!.end(reason);
    expect((await pipe).error).toBe(reason);
  });

  test("is the first of several that counts", async () => {
    const desk = createDesk();
    const pipe = settle(
      sourceOf(partsOf(3)).stream.pipeTo(
        createPartUploadSink({ concurrency: 3, upload: desk.upload }),
      ),
    );
    await until(() => desk.open.size === 3);
    desk.open.get(2)!.end(reason);
    desk.open.get(0)!.end(new Error("as a consequence"));
    desk.open.get(1)!.end("a text");
    expect((await pipe).error).toBe(reason);
  });

  test("by throwing at once is no different", async () => {
    const upload = () => {
      throw reason;
    };
    expect((await settle(sourceOf(partsOf(3)).stream.pipeTo(createPartUploadSink({ upload })))).error).toBe(reason);
  });

  test.each([undefined, null, "a text", 0])("with %j ends the pipe with that", async (odd) => {
    const upload = () => Promise.reject(odd);
    const { error } = await settle(sourceOf(partsOf(1)).stream.pipeTo(createPartUploadSink({ upload })));
    // An abort without a reason gets the runtime's.
    if (odd === undefined) {
      expect(error).toSatisfy((error: unknown) => error === undefined || error instanceof DOMException);
    } else expect(error).toBe(odd);
  });
});

describe("an abort", () => {
  const reason = new Error("The user has left");

  test("of the writer cuts what is in flight at once, and ends when all of it has", async () => {
    const desk = createDesk();
    const writer = createPartUploadSink({ upload: desk.upload }).getWriter();
    void settle(writer.closed);
    const [first] = partsOf(1);
    await writer.write(first!);
    const { signal, end } = desk.open.get(0)!;
    let ended = false;
    const aborted = writer.abort(reason).then(() => ended = true);
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toBe(reason);
    await quiet();
    expect(ended).toBe(false);
    end(signal.reason);
    await aborted;
    expect((await settle(writer.closed)).error).toBe(reason);
  });

  test("reaches a write that waits for room", async () => {
    const desk = createDesk();
    const sink = createPartUploadSink({ concurrency: 1, upload: desk.abortable });
    const writer = sink.getWriter();
    void settle(writer.closed);
    const [first, second] = partsOf(2);
    await writer.write(first!);
    const waiting = settle(writer.write(second!));
    await writer.abort(reason);
    expect((await waiting).error).toBe(reason);
    expect(desk.begun).toEqual([0]);
  });

  test("reaches a close that waits for the last part", async () => {
    const desk = createDesk();
    const writer = createPartUploadSink({ upload: desk.abortable }).getWriter();
    await writer.write(partsOf(1)[0]!);
    const closing = settle(writer.close());
    const closed = settle(writer.closed);
    await until(() => desk.open.size === 1);
    await writer.abort(reason).catch(() => {});
    expect((await closing).error).toBe(reason);
    expect((await closed).error).toBe(reason);
  });

  test("of the pipe cuts what is in flight", async () => {
    const desk = createDesk();
    const { controller, signal, listeners } = watchSignal();
    let pulled = 0;
    // Two parts, and then nothing for a long time: there is room in the window.
    const source = new ReadableStream<Part>({
      pull: (sink) => pulled < 2 ? sink.enqueue(partsOf(2)[pulled++]!) : new Promise(() => {}),
    });
    const pipe = settle(source.pipeTo(createPartUploadSink({ upload: desk.abortable }), { signal }));
    await until(() => desk.open.size === 2);
    controller.abort(reason);
    expect((await pipe).error).toBe(reason);
    expect(desk.open.size).toBe(0);
    expect(listeners()).toBe(0);
  });

  test("of the pipe, while a part waits for room, is heard when there is room: the standard wants it so", async () => {
    const desk = createDesk();
    const controller = new AbortController();
    const source = sourceOf(partsOf(9));
    const sink = createPartUploadSink({ upload: desk.abortable });
    const pipe = settle(source.stream.pipeTo(sink, { signal: controller.signal }));
    await until(() => desk.open.size === 3);
    await quiet();
    controller.abort(reason);
    desk.end();
    expect((await pipe).error).toBe(reason);
    expect(desk.open.size).toBe(0);
    expect(source.cancelled()?.reason).toBe(reason);
  });

  test("when the source fails carries the source's error", async () => {
    const desk = createDesk();
    const signals: AbortSignal[] = [];
    const pipe = settle(
      sourceOf(partsOf(2), { error: reason }).stream.pipeTo(createPartUploadSink({
        upload: (part, signal) => {
          signals.push(signal);
          return desk.abortable(part, signal);
        },
      })),
    );
    expect((await pipe).error).toBe(reason);
    expect(signals.map((signal) => signal.reason)).toEqual([reason, reason]);
    expect(desk.open.size).toBe(0);
  });

  test("before anything has come is one, too", async () => {
    const upload = vi.fn();
    const sink = createPartUploadSink({ upload });
    await sink.abort(reason);
    expect((await settle(sink.getWriter().closed)).error).toBe(reason);
    expect(upload).not.toHaveBeenCalled();
  });
});

test("parts written by hand, without a pipe, are held back by the writer's ready", async () => {
  const desk = createDesk();
  const writer = createPartUploadSink({
    concurrency: 1,
    upload: desk.upload,
  }).getWriter();
  const [first, second] = partsOf(2);
  await writer.write(first!);
  await writer.ready;
  const waiting = writer.write(second!);
  expect(writer.desiredSize).toBeLessThanOrEqual(0);
  desk.end();
  await waiting;
  desk.end();
  await writer.close();
  expect(desk.begun).toEqual([0, 1]);
});
