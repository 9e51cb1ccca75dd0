import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { emulate } from "../cli/support/emulate.ts";
import { environmentOf } from "../cli/support/run_command.ts";
import { runExample } from "../support/start_example.ts";

const IMAGES = fileURLToPath(new URL("../assets/image/", import.meta.url));

test("of good and bad images, each one's result is told", async () => {
  const emulator = await emulate();

  const { exitCode, stdout } = await runExample("product_images.ts", {
    argv: ["ok.jpg", "ok.gif", "ok.png", "empty.jpg", "truncated.png"],
    env: environmentOf(emulator),
    cwd: IMAGES,
  });

  const lines = stdout.trimEnd().split("\n");
  expect(lines).toEqual([
    expect.stringMatching(/^ok\.jpg: [\w-]+$/),
    expect.stringMatching(/^ok\.gif: Cannot upload the image: .*gif/),
    expect.stringMatching(/^ok\.png: [\w-]+$/),
    expect.stringMatching(/^empty\.jpg: Cannot upload the image: the file is empty$/),
    expect.stringMatching(/^truncated\.png: Cannot upload the image: .*cut off/),
    expect.stringMatching(/^For v2\.product\.add_item: /),
  ]);
  const ids = [lines[0], lines[2]].map((line) => line!.split(": ")[1]);
  expect(JSON.parse(lines[5]!.slice("For v2.product.add_item: ".length))).toEqual({ image: { image_id_list: ids } });
  expect(exitCode).toBe(1);
});

test("good images alone are a success", async () => {
  // Takes nine at a time.
  const emulator = await emulate({ dialect: "reference" });

  const { exitCode, stdout } = await runExample("product_images.ts", {
    argv: Array.from({ length: 10 }, (_, i) => i % 2 ? "ok.jpg" : "ok.png"),
    env: environmentOf(emulator),
    cwd: IMAGES,
  });

  expect(stdout.match(/^ok\.(jpg|png): [\w-]+$/gm)).toHaveLength(10);
  expect(emulator.requests).toHaveLength(2);
  expect(exitCode).toBe(0);
});

test("an image that is missing is named, and none is sent", async () => {
  const emulator = await emulate();

  const { exitCode, stderr } = await runExample("product_images.ts", {
    argv: ["ok.jpg", "front.jpg"],
    env: environmentOf(emulator),
    cwd: IMAGES,
  });

  expect(stderr).toContain("front.jpg");
  expect(emulator.requests).toEqual([]);
  expect(exitCode).toBe(1);
});
