import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { printable, toJsonLine } from "../../src/cli/command_context.ts";
import { main } from "../../src/cli/main.ts";
import { createProgressDisplay } from "../../src/cli/progress/progress_display.ts";
import { startRecordingServer } from "../support/recording_server.ts";
import { emulate } from "./support/emulate.ts";
import { fakeIo } from "./support/fake_io.ts";
import { environmentOf } from "./support/run_command.ts";
import { sampleVideo } from "./support/sample_video.ts";
import { temporaryFolder } from "../support/files.ts";

/** What a terminal obeys, but for the ends of our own lines. */
// deno-lint-ignore no-control-regex
const OBEYED = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** Sets the title of the window, in both spellings; clears the screen; begins a line; turns the text around. */
const EVIL = "\u001b]0;pwned\u0007\u009b2J\r\nall good\u202e";
const CREDENTIALS = { partnerId: 1, partnerKey: "key", shopId: 2, accessToken: "token" };

test("any text is made one line that a terminal only shows, and what it can show stays as it is", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const shown = printable(text);

    expect(shown).not.toMatch(OBEYED);
    expect(shown).not.toContain("\n");
    if (!OBEYED.test(text) && !text.includes("\n")) expect(shown).toBe(text);
    expect(JSON.parse(toJsonLine({ text }))).toEqual({ text });
    expect(toJsonLine({ text }).slice(0, -1)).not.toMatch(OBEYED);
  }));
  expect(printable("鞋.mp4 \u001b[31m")).toBe("鞋.mp4 \\u001b[31m");
});

test("the name of a file is one line, whatever it holds", async () => {
  const cwd = await temporaryFolder();
  const { path } = await sampleVideo(cwd, { name: `${EVIL}.mp4` });

  for (const argv of [["upload", "--emulator", path], ["check", path], ["upload", "--emulator", `${path}${EVIL}`]]) {
    const io = fakeIo();
    await main(argv, io);
    expect(io.printed("stdout") + io.printed("stderr")).not.toMatch(/^all good/m);
  }
});

test("the name of a file cannot write to the terminal, whatever command it is given to", async () => {
  const cwd = await temporaryFolder();
  const emulator = await emulate();
  const { path: good } = await sampleVideo(cwd, { name: `${EVIL}.mp4` });
  const bad = join(cwd, `bad${EVIL}.mp4`);
  await writeFile(bad, EVIL);
  const picture = join(cwd, `${EVIL}.png`);
  await copyFile(new URL("../assets/image/ok.png", import.meta.url), picture);
  const missing = join(cwd, `missing${EVIL}`);
  const calls = [
    ["upload", good, bad, missing],
    ["upload", "--json", good, bad, missing],
    ["upload", "--resume", good, good],
    ["upload", "--checkpoints", join(good, EVIL), good],
    ["upload", "--env", missing, good],
    ["upload", "--trace", good, good],
    [`--${EVIL}.mp4`],
    ["upload", `--${EVIL}.mp4`],
    [EVIL],
    ["image", picture, bad, missing],
    ["image", "--json", picture, bad, missing],
    ["check", good, bad, picture, missing],
    ["check", "--json", good, bad, picture, missing],
    ["status", EVIL],
    ["status", "--json", EVIL],
    ["cancel", EVIL],
    ["emulator", "--fault", EVIL],
    ["emulator", "--host", EVIL],
    ["completion", EVIL],
  ];

  for (const argv of calls) {
    const io = fakeIo();
    await main(argv, { ...io, env: { ...environmentOf(emulator), XDG_STATE_HOME: join(cwd, EVIL) } });
    const printed = io.printed("stdout") + io.printed("stderr");
    expect(printed).toContain("\\u001b]0;pwned\\u0007\\u009b2J\\");
    expect(printed).not.toMatch(OBEYED);
  }
});

test("what Shopee says cannot write to the terminal", async () => {
  const video_info = {
    duration: 12,
    video_url_list: [{ video_url_region: EVIL, video_url: EVIL }],
    thumbnail_url_list: [{ image_url_region: EVIL, image_url: EVIL }],
  };
  const answers = [
    { error: "", message: EVIL, request_id: EVIL, response: { status: EVIL, message: EVIL, video_info } },
    { error: `error_${EVIL}`, message: EVIL, request_id: EVIL },
  ];
  for (const answer of answers) {
    const shopee = await startRecordingServer(() => ({
      text: typeof answer === "string" ? answer : JSON.stringify(answer),
    }));
    for (const options of [[], ["--json"]]) {
      const io = fakeIo();
      await main(["status", ...options, "sg_1"], {
        ...io,
        env: environmentOf({ ...shopee, credentials: CREDENTIALS }),
      });
      const printed = io.printed("stdout") + io.printed("stderr");
      expect(printed).not.toBe("");
      expect(printed).not.toMatch(OBEYED);
      expect(printed).not.toMatch(/^all good/m);
    }
  }
});

test.each([[false], [true]])(
  "names and statuses cannot write through the progress display (on a terminal: %s)",
  (isTTY) => {
    vi.useFakeTimers();
    const output = Object.assign(new PassThrough(), { isTTY, columns: 200 });
    const display = createProgressDisplay(output);
    const upload = display.begin(`${EVIL}.mp4`);
    const counts = { read: 8, sent: 8, acked: 8, resumed: 0, total: 8, partsAcked: 1, partsTotal: 1 };

    upload.update({ phase: "processing", ...counts, status: EVIL });
    vi.advanceTimersByTime(200);
    display.close();
    vi.useRealTimers();

    const printed = String(output.read());
    expect(printed).toContain("\\u001b]0;pwned");
    expect(printed).not.toContain("\u001b]");
    // deno-lint-ignore no-control-regex
    expect(printed).not.toMatch(/[\u0007\u009b\u202e]|^all good/m);
  },
);
