import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { main } from "../../src/cli/main.ts";
import { fakeIo } from "./support/fake_io.ts";
import { jsonLines } from "./support/json_lines.ts";
import { temporaryFolder } from "../support/files.ts";

const VIDEOS = fileURLToPath(new URL("../assets/video/", import.meta.url));
const IMAGES = fileURLToPath(new URL("../assets/image/", import.meta.url));

test("good files make a table of what they are, and end in 0, without credentials", async () => {
  const io = fakeIo();

  expect(await main(["check", `${VIDEOS}ok.mp4`, `${VIDEOS}edge_60s.mp4`, `${IMAGES}png_named.jpg`], io)).toBe(0);

  expect(io.printed("stdout")).toBe(
    "VERDICT  CONTAINER  DURATION  PIXELS   CODECS   SIZE       FILE\n" +
      `good     mp4        12 s      320x180  avc+aac  41.8 KiB   ${VIDEOS}ok.mp4\n` +
      `good     mp4        60 s      160x90   avc+aac  69.3 KiB   ${VIDEOS}edge_60s.mp4\n` +
      `good     png        -         64x48    -        384 bytes  ${IMAGES}png_named.jpg\n` +
      "  warning: it has 64 x 48 pixels, and Shopee may want up to 200 a side\n",
  );
  expect(io.printed("stderr")).toBe("");
});

test("every broken rule is told, and one bad file ends in 2", async () => {
  const io = fakeIo();
  const text = join(await temporaryFolder(), "notes.mp4");
  await writeFile(text, "hi");
  const files = [`${VIDEOS}audio_only.mp4`, `${VIDEOS}long_61s.mp4`, `${IMAGES}ok.gif`, text, "/nowhere.mp4"];

  expect(await main(["check", `${VIDEOS}ok.mp4`, ...files], io)).toBe(2);

  const lines = io.printed("stdout").trimEnd().split("\n");
  expect(lines.map((line) => line.replace(/ {2,}/g, "|"))).toEqual([
    "VERDICT|CONTAINER|DURATION|PIXELS|CODECS|SIZE|FILE",
    `good|mp4|12 s|320x180|avc+aac|41.8 KiB|${VIDEOS}ok.mp4`,
    `refused|mp4|-|-|aac|26.8 KiB|${VIDEOS}audio_only.mp4`,
    "|it has no video track",
    `refused|mp4|61 s|160x90|avc|18.5 KiB|${VIDEOS}long_61s.mp4`,
    "|it lasts 61 s, at most 60 s are allowed",
    `refused|gif|-|-|-|804 bytes|${IMAGES}ok.gif`,
    "|it is a gif file, only jpeg and png are taken",
    `refused|-|-|-|-|-|${text}`,
    expect.stringMatching(/^\|it is /),
    "refused|-|-|-|-|-|/nowhere.mp4",
    "|Cannot read /nowhere.mp4: no such file or directory",
  ]);
});

test("--module chooses the rules", async () => {
  const file = `${VIDEOS}edge_180s.mp4`;

  expect(await main(["check", file], fakeIo())).toBe(2);
  expect(await main(["check", "--module", "media", file], fakeIo())).toBe(0);
});

test("--json prints one object for each file", async () => {
  const io = fakeIo();

  expect(await main(["check", "--json", `${VIDEOS}short_3s.mp4`, `${IMAGES}ok.jpg`, "/nowhere"], io)).toBe(2);

  expect(jsonLines(io.printed("stdout"))).toEqual([
    {
      file: `${VIDEOS}short_3s.mp4`,
      passes: false,
      kind: "video",
      info: expect.objectContaining({ container: "mp4", duration: 3, width: 160, height: 90, videoCodec: "avc" }),
      broken: [expect.objectContaining({ rule: "duration", value: 3, limit: 10 })],
      warnings: [],
    },
    {
      file: `${IMAGES}ok.jpg`,
      passes: true,
      kind: "image",
      info: expect.objectContaining({ format: "jpeg", width: 64, height: 48 }),
      broken: [],
      warnings: [expect.objectContaining({ rule: "pixels", value: 48, limit: 200, uncertain: true })],
    },
    {
      file: "/nowhere",
      passes: false,
      kind: null,
      info: null,
      broken: [expect.objectContaining({ rule: "readable", message: expect.stringContaining("no such file") })],
      warnings: [],
    },
  ]);
  expect(io.printed("stderr")).toBe("");
});

test("a Ctrl-C ends it in 130", async () => {
  const io = fakeIo();

  const ending = main(["check", `${VIDEOS}ok.mp4`], io);
  io.emit("SIGINT");

  expect(await ending).toBe(130);
  expect(io.listenerCount("SIGINT")).toBe(0);
});
