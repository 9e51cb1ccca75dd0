import { expect, test } from "vitest";
import { createMemoryStore, MediaManager } from "../../mod.ts";
import { PART, setUp, statuses, uploadBytes } from "../support/rig.ts";
import { noise } from "../support/bytes.ts";
import { settle } from "../support/settle.ts";

test("a session that is opened anew may want parts of another size", async () => {
  const before = await setUp();
  const { pushPartnerKey: _, ...credentials } = before.emulator.credentials;
  const after = await setUp({ ...credentials, mediaPartSize: 2 * PART });
  const checkpoint = { store: createMemoryStore(), key: "shoes.mp4" };
  const first = noise(5 * PART, 1);
  const changed = noise(5 * PART, 2);

  const abort = new AbortController();
  await settle(uploadBytes(before.connect(), first, {
    module: "media",
    checkpoint,
    concurrency: 1,
    signal: abort.signal,
    onProgress: ({ partsAcked }) => partsAcked === 2 && abort.abort(new Error("enough")),
  }));
  expect(statuses(before)).toEqual(["UPLOADING"]);

  // The old session is known where it was; the new ones are opened after the platform has changed its mind.
  let shopee = before;
  const media = new MediaManager({
    ...before.common,
    accessToken: credentials.accessToken,
    fetch: (input, init) => {
      if (input.includes("/init_video_upload")) shopee = after;
      return shopee.common.fetch!(input, init);
    },
  });
  const totals = new Set<number | undefined>();
  const { videoUploadId, parts } = await uploadBytes(media, changed, {
    module: "media",
    checkpoint,
    onProgress: ({ partsTotal }) => totals.add(partsTotal),
  });
  expect(parts).toEqual([0, 1, 2]);
  expect(await after.emulator.content(videoUploadId)).toEqual(changed);
  expect([...totals].at(-1)).toBe(3);
  expect(statuses(before)).toEqual(["CANCELLED"]);
  // None is left open.
  expect(statuses(after)).toEqual(["CANCELLED", "SUCCEEDED"]);
  expect(await checkpoint.store.get(checkpoint.key)).toBeFalsy();
});
