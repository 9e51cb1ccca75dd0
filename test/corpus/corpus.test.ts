import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { pictures } from "./pictures.ts";
import { agreeOnPicture, agreeOnVideo, judgePicture, judgeVideo, type Manifest } from "./verdicts.ts";
import { videos } from "./videos.ts";

const manifest = JSON.parse(readFileSync(new URL("manifest.json", import.meta.url), "utf8")) as Manifest;
const kinds = [
  { kind: "videos", files: videos, least: 150, judge: judgeVideo, agree: agreeOnVideo },
  { kind: "pictures", files: pictures, least: 80, judge: judgePicture, agree: agreeOnPicture },
] as const;

describe.each(kinds)("of the $kind", ({ kind, files, least, judge, agree }) => {
  test("there are enough, each with a name of its own and a verdict in the manifest", () => {
    expect(files.length).toBeGreaterThanOrEqual(least);
    expect(Object.keys(manifest[kind])).toEqual(files.map(({ name }) => name));
  });

  test.each(files)("$name", async (file) => {
    const { ours, theirs, reason } = manifest[kind][file.name]!;
    const verdict = await judge(file);
    expect(verdict).toEqual(ours);
    expect(reason).toBe(file.reason);
    // The independent tool says the same, or there is a reason why not.
    expect(agree(verdict, theirs)).toBe(reason === undefined);
  });
});
