import { expect, test } from "vitest";
import { ShopeeApiError } from "../../mod.ts";
import type { Protocol } from "../../src/upload/session/protocol.ts";
import { completeUpload } from "../../src/upload/session/session_keeper.ts";
import { takeHandClock } from "../support/hand_clock.ts";

const SESSION = { module: "media_space", videoUploadId: "s1", partSize: 1000 } as const;
const FACTS = { parts: [0], uploadCost: 1 };

function unknownId(mayHaveSucceeded: boolean): ShopeeApiError {
  const endpoint = "/api/v2/media_space/complete_video_upload";
  return new ShopeeApiError("Cannot complete the upload", {
    ...{ code: "error_invalid_upload_id", kind: "unknown_id", requestId: "1", status: 200, endpoint, mayHaveSucceeded },
  });
}

/** A Shopee to which the answer of `complete` was lost, and which then knew the session no more, but for these statuses. */
function forgetful(statuses: (string | undefined)[]): { protocol: Protocol; asked: () => number } {
  let asked = 0;
  const protocol = {
    complete: () => Promise.reject(unknownId(true)),
    async status() {
      const status = await statuses[asked++];
      if (status === undefined) throw unknownId(false);
      return { status, message: "" };
    },
  } as Partial<Protocol> as Protocol;
  return { protocol, asked: () => asked };
}

/** Moves the clock until the work is done. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  const clock = takeHandClock();
  let isDone = false;
  const done = work.finally(() => isDone = true);
  for (let moved = 0; !isDone && moved < 1_000; moved++) {
    await new Promise((resolve) => setTimeout(resolve));
    clock.move(1_000);
  }
  return await done;
}

test.each([
  ["TRANSCODING", "yes"],
  ["INITIATED", "no"],
])("a session that turns up as %s after a while is completed: %s", async (status, completed) => {
  const { protocol, asked } = forgetful([undefined, undefined, status]);
  const { signal } = new AbortController();
  expect((await inTime(completeUpload(protocol, SESSION, { ...FACTS, signal }))).completed).toBe(completed);
  expect(asked()).toBe(3);
});

test("a session that never turns up is not taken for completed", async () => {
  const { protocol, asked } = forgetful([]);
  const { signal } = new AbortController();
  const { completed, error } = await inTime(completeUpload(protocol, SESSION, { ...FACTS, signal }));
  expect([completed, error]).toEqual(["unknown", expect.objectContaining({ kind: "unknown_id" })]);
  expect(asked()).toBeGreaterThan(10);
});
