import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parseMultipart, textOf } from "../support/parse_multipart.ts";
import { startRecordingServer, success } from "../support/recording_server.ts";
import { until } from "../support/settle.ts";
import { emulate } from "./support/emulate.ts";
import { jsonLines } from "./support/json_lines.ts";
import { environmentOf, runCommand, startCommand } from "./support/run_command.ts";
import { temporaryFolder } from "../support/files.ts";

const cwd = fileURLToPath(new URL("../assets/image/", import.meta.url));

test("pictures arrive in their order, with neither shop nor token", async () => {
  const emulator = await emulate();
  const { SHOPEE_SHOP_ID: _shop, SHOPEE_ACCESS_TOKEN: _token, ...env } = environmentOf(emulator);
  const files = ["ok.png", "ok.jpg", "png_named.jpg"];

  const program = await runCommand(["image", "--json", ...files], { cwd, env });
  expect(await program.exit).toBe(0);
  expect(program.stderr).toBe("3 uploaded\n");
  const lines = jsonLines(program.stdout);
  expect(lines).toEqual(files.map((file) => ({
    file,
    imageId: expect.any(String),
    urls: [{ image_url_region: expect.any(String), image_url: expect.stringContaining(emulator.url) }],
  })));
  expect(new Set(lines.map(({ imageId }) => imageId)).size).toBe(3);

  const human = await runCommand(["image", ...files], { cwd, env });
  expect(human.stdout).toMatch(/^(\S+\.(png|jpg): \S+ http:\/\/127\.0\.0\.1:\d+\/\S+\n){3}$/);
  expect(human.stdout.split("\n").map((line) => line.split(":")[0])).toEqual([...files, ""]);
});

test("a picture that cannot work is refused before sending, hides no other, and ends in 2", async () => {
  const emulator = await emulate();
  const argv = ["image", "missing.png", "ok.jpg", "ok.gif", ".", "ok.png"];

  const human = await runCommand(argv, { cwd, env: environmentOf(emulator) });
  expect(await human.exit).toBe(2);
  expect(human.stdout).toMatch(/^ok\.jpg: .*\nok\.png: .*\n$/);
  expect(human.stderr).toBe(
    "missing.png: refused before sending: Cannot read missing.png: no such file or directory\n" +
      "ok.gif: refused before sending: Cannot upload the image: it is a gif file, only jpeg and png are taken\n" +
      ".: refused before sending: Cannot read .: it is not a regular file\n" +
      "2 uploaded, 3 refused\n",
  );
  expect(emulator.requests).toHaveLength(1);

  const program = await runCommand([...argv, "--json"], { cwd, env: environmentOf(emulator) });
  expect(await program.exit).toBe(2);
  expect(jsonLines(program.stdout).map(({ file, imageId }) => [file, imageId === null])).toEqual([
    ["missing.png", true],
    ["ok.jpg", false],
    ["ok.gif", true],
    [".", true],
    ["ok.png", false],
  ]);
});

test("a picture that Shopee refuses ends in 1", async () => {
  const emulator = await emulate({ faults: ["upload_image:error=error_kyc_auth"] });

  const run = await runCommand(["image", "--json", "ok.png", "ok.gif"], { cwd, env: environmentOf(emulator) });

  expect(await run.exit).toBe(1);
  expect(jsonLines(run.stdout)).toEqual([
    {
      file: "ok.png",
      imageId: null,
      urls: [],
      error: expect.objectContaining({ name: "ShopeeApiError", code: "error_kyc_auth", requestId: expect.any(String) }),
    },
    { file: "ok.gif", imageId: null, urls: [], error: expect.objectContaining({ name: "RefusedFileError" }) },
  ]);
});

test("--scene and --ratio are told to Shopee, with the pictures under their own names", async () => {
  const image = (id: number) => ({
    id,
    error: "",
    message: "",
    image_info: { image_id: `i${id}`, image_url_list: [] },
  });
  const shopee = await startRecordingServer(() => success({ image_info_list: [image(0), image(1)] }));
  const credentials = { partnerId: 1, partnerKey: "key", shopId: 2, accessToken: "token" };
  const env = environmentOf({ url: shopee.url, credentials });

  const argv = ["image", "--scene", "desc", "--ratio", "3:4", "ok.png", "png_named.jpg"];
  const run = await runCommand(argv, { cwd, env });

  expect(await run.exit).toBe(0);
  expect(run.stdout).toBe("ok.png: i0\npng_named.jpg: i1\n");
  const [request] = shopee.requests;
  const fields = parseMultipart(request!.headers["content-type"], request!.body);
  expect(fields.flatMap(({ filename }) => filename ?? [])).toEqual(["ok.png", "png_named.png"]);
  expect(textOf(fields.find(({ name }) => name === "scene"))).toBe("desc");
  expect(textOf(fields.find(({ name }) => name === "ratio"))).toBe("3:4");
});

test("--module media sends them three at a time to the other endpoint", async () => {
  const emulator = await emulate();

  const argv = ["image", "--json", "--module", "media", "ok.png", "ok.jpg", "cmyk.jpg", "progressive.jpg"];
  const run = await runCommand(argv, { cwd, env: environmentOf(emulator) });

  expect(await run.exit).toBe(0);
  expect(jsonLines(run.stdout)).toHaveLength(4);
  expect(emulator.requests.map(({ endpoint }) => endpoint)).toEqual(Array(2).fill("/api/v2/media/upload_image"));
});

test("the partner's credentials are asked for, and no others", async () => {
  const run = await runCommand(["image", "ok.png"], { cwd, env: { SHOPEE_PARTNER_ID: "1" } });

  expect(await run.exit).toBe(2);
  expect(run.stderr).toContain("Missing credentials: set SHOPEE_PARTNER_KEY in the environment");
});

test("--emulator brings its own Shopee", async () => {
  const run = await runCommand(["image", "--emulator", `${cwd}ok.png`], { cwd: await temporaryFolder() });

  expect(await run.exit).toBe(0);
  expect(run.stdout).toMatch(/ok\.png: \S+\n$/); // Its URLs lead nowhere by now.
});

test("a Ctrl-C ends it in 130, and tells so of each file", async () => {
  const emulator = await emulate({ faults: ["upload_image:stall-before"] });

  const run = startCommand(["image", "--json", "ok.png", "ok.jpg"], { cwd, env: environmentOf(emulator) });
  await until(() => emulator.faults.list()[0]!.fired > 0);
  run.kill("SIGINT");

  expect(await run.exit).toBe(130);
  expect(jsonLines(run.stdout)).toEqual(["ok.png", "ok.jpg"].map((file) => ({
    file,
    imageId: null,
    urls: [],
    error: { name: "ShopeeMediaError", message: "Interrupted" },
  })));
});

test("a Ctrl-C loses no picture that Shopee has taken", async () => {
  const emulator = await emulate({ faults: ["upload_image#2:stall-before"] });
  const files = Array<string>(6).fill("ok.png"); // Two calls, at once.
  const trace = join(await temporaryFolder(), "trace.jsonl");

  const run = startCommand(["image", "--module", "media", "--json", "--trace", trace, ...files], {
    cwd,
    env: environmentOf(emulator),
  });
  await until(() => emulator.faults.list()[0]!.fired > 0 && existsSync(trace) && statSync(trace).size > 0);
  run.kill("SIGINT");

  expect(await run.exit).toBe(130);
  expect(jsonLines(run.stdout).filter(({ imageId }) => imageId !== null)).toHaveLength(3);
  expect(run.stderr).toContain("3 uploaded, 3 interrupted\n");
});
