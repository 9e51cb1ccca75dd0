import { expect, test } from "vitest";
import { emulate } from "../cli/support/emulate.ts";
import { environmentOf } from "../cli/support/run_command.ts";
import { sampleVideo } from "../cli/support/sample_video.ts";
import { temporaryFolder } from "../support/files.ts";
import { runExample } from "../support/start_example.ts";

async function run(...faults: string[]) {
  const cwd = await temporaryFolder();
  const emulator = await emulate({ mainAccount: { userIds: [5] }, faults });
  const { path } = await sampleVideo(cwd);
  const { accessToken } = emulator.accounts().find(({ owner }) => owner === "user")!;
  const env = { ...environmentOf(emulator), SHOPEE_USER_ID: "5", SHOPEE_USER_ACCESS_TOKEN: accessToken };
  const ended = await runExample("shopee_video.ts", { argv: [path, "Our new shoes"], env, cwd });
  return { emulator, ...ended };
}

test("a video is uploaded, gets its cover and is posted", async () => {
  const { emulator, exitCode, stdout, stderr } = await run();
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  const [{ id } = { id: "" }] = emulator.sessions();
  expect(stdout).toBe(`${id}: posted\n`);
  expect(emulator.posts()).toMatchObject([{
    videoUploadId: id,
    userId: 5,
    caption: "Our new shoes",
    aigcLabel: false,
  }]);
  expect(emulator.posts()[0]!.postId).toBeDefined();
});

test.each([
  ["video/post_video#1:truncated", "posted before, and the answer was lost"],
  ["video/post_video#1:html,after", "posted before, and the answer was lost"],
  ["video/post_video#1:html", "posted"],
  ["video/edit_video_info#1:truncated", "posted"],
  ["video/get_cover_list#1:reset-before", "posted"],
])("with %s the upload becomes one post", async (fault, told) => {
  const { emulator, exitCode, stdout, stderr } = await run(fault);
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(new RegExp(`: ${told}\n$`));
  expect(emulator.posts()).toHaveLength(1);
  expect(emulator.posts()[0]!.postId).toBeDefined();
  expect(emulator.sessions()).toHaveLength(1);
});
