import { expect, test } from "vitest";
import { noise } from "../support/bytes.ts";
import { managerFor } from "../support/manager_for.ts";
import { silence, startRecordingServer } from "../support/recording_server.ts";
import { quiet, settle } from "../support/settle.ts";
import { watchTimers } from "../support/watches.ts";

/** A file on a slow disk: it is read once `go` is called. */
class SlowFile extends Blob {
  readonly #started = Promise.withResolvers<void>();
  readonly #ready = Promise.withResolvers<void>();
  /** Resolves when somebody reads in it. */
  readonly started: Promise<void> = this.#started.promise;
  readonly go: () => void = this.#ready.resolve;

  override slice(start?: number, end?: number): Blob {
    const slice = super.slice(start, end);
    const arrayBuffer = async (): Promise<ArrayBuffer> => {
      this.#started.resolve();
      await this.#ready.promise;
      return await Blob.prototype.arrayBuffer.call(slice);
    };
    return Object.assign(slice, { arrayBuffer });
  }
}

// The timer of a body that stands still, set again by the late bytes, kept a process alive for 30 s after a Ctrl-C.
test("a call that is aborted while its file is read leaves no timer", async () => {
  const timers = watchTimers();
  const server = await startRecordingServer(() => silence);
  const controller = new AbortController();
  const file = new SlowFile([noise(1 << 20)]);
  const part = { video_upload_id: "sg_1", part_seq: 0, part_md5: "0", part_content: file };
  const call = settle(managerFor(server).uploadMediaVideoPart(part, { signal: controller.signal }));
  await file.started;

  controller.abort(new Error("enough"));
  await quiet();
  file.go();

  expect((await call).error).toEqual(new Error("enough"));
  await quiet();
  expect(timers()).toEqual([]);
});
