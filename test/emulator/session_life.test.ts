import { afterEach, describe, expect, test } from "vitest";
import { createEmulator, type CreateEmulatorOptions, type EmulatorApp } from "../../src/emulator/mod.ts";
import { call, noise } from "./raw_client.ts";
import { DIALECTS, refused } from "./refused.ts";
import { takeClock } from "./take_clock.ts";
import { completeMedia, completeMediaSpace, mediaPart, sendMedia, sendMediaSpace, spacePart } from "./upload_raw.ts";

const MODULES = {
  media_space: {
    send: () => sendMediaSpace(emulator, noise(10)),
    part: (id: string) => call(emulator, "media_space/upload_video_part", { form: spacePart(id, 0, noise(10)) }),
    complete: (id: string) => completeMediaSpace(emulator, id, 1),
  },
  media: {
    send: () => sendMedia(emulator, noise(10)),
    part: (id: string) => call(emulator, "media/upload_video_part", { form: mediaPart(id, 0, noise(10)) }),
    complete: (id: string) => completeMedia(emulator, id),
  },
};

let emulator: EmulatorApp;
afterEach(() => emulator.close());

describe.each(DIALECTS)("in the dialect %s", (dialect) => {
  async function start(options: CreateEmulatorOptions): Promise<void> {
    emulator = await createEmulator({ dialect, transcodeMs: 0, inspect: false, ...options });
  }

  describe.each(["media_space", "media"] as const)("%s", (module) => {
    const { send, part, complete } = MODULES[module];
    const result = (id: string) =>
      call(emulator, `${module}/get_video_upload_result`, { method: "GET", query: { video_upload_id: id } });
    const cancel = (id: string) => call(emulator, `${module}/cancel_video_upload`, { json: { video_upload_id: id } });

    test("a completed video is not known for vidDelayMs, and goes on all the while", async () => {
      const clock = takeClock();
      await start({ vidDelayMs: 30_000 });
      const id = await send();
      expect(await refused(emulator, result(id))).toBe("");
      expect(await complete(id)).toMatchObject({ error: "" });
      expect(await refused(emulator, result(id))).toBe("lateUpload");
      expect(await refused(emulator, cancel(id))).toBe("lateUpload");
      // Where it was uploaded to, it is known.
      expect(await refused(emulator, complete(id))).toBe("completedUpload");
      expect(await refused(emulator, part(id))).toBe("completedUpload");
      await expect.poll(() => emulator.sessions()[0]?.status).toBe("SUCCEEDED");

      await clock.advance(29_999);
      expect(await refused(emulator, result(id))).toBe("lateUpload");
      await clock.advance(1);
      expect((await result(id)).response).toMatchObject({ status: "SUCCEEDED" });
      expect(await refused(emulator, cancel(id))).toBe("completedUpload");
    });

    test("a session expires sessionTtlMs after its init, unless it is completed", async () => {
      const clock = takeClock();
      await start({ sessionTtlMs: 60_000 });
      const [open, completed] = [await send(), await send()];
      await complete(completed);
      await clock.advance(59_999);
      expect(await refused(emulator, result(open))).toBe("");
      await clock.advance(1);
      for (const calling of [result, part, complete, cancel]) {
        expect(await refused(emulator, calling(open))).toBe("unknownUpload");
      }
      expect(await refused(emulator, result(completed))).toBe("");
      expect(emulator.sessions()).toMatchObject([{ id: open, expired: true }, { id: completed, expired: false }]);
    });

    test("expireSession lets one expire now, in code or over HTTP", async () => {
      await start({});
      const [one, two, three] = [await send(), await send(), await send()];
      emulator.expireSession(one);
      const route = `${emulator.url}/emulator/sessions`;
      const answer = await emulator.fetch(`${route}/${two}`, { method: "DELETE" });
      expect([answer.status, await answer.json()]).toEqual([200, { expired: true }]);
      const reasons = [one, two, three].map((id) => refused(emulator, result(id)));
      expect(await Promise.all(reasons)).toEqual(["unknownUpload", "unknownUpload", ""]);
      expect(await (await emulator.fetch(route)).json()).toMatchObject([
        { id: one, expired: true, parts: [{ seq: 0, size: 10 }] },
        { id: two, expired: true },
        { id: three, expired: false },
      ]);
    });

    test("what is not there cannot expire", async () => {
      await start({});
      expect(() => emulator.expireSession("sg_x")).toThrow(RangeError);
      const answer = await emulator.fetch(`${emulator.url}/emulator/sessions/sg_x`, { method: "DELETE" });
      expect([answer.status, await answer.json()]).toEqual([404, { expired: false }]);
    });
  });
});
