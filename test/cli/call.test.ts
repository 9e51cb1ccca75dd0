import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { emulate } from "./support/emulate.ts";
import { environmentOf, runCommand } from "./support/run_command.ts";
import { sampleVideo } from "./support/sample_video.ts";
import { pngOf } from "../emulator/png_of.ts";
import { temporaryFolder } from "../support/files.ts";

const ADD = "/api/v2/product/add_item";
const SEARCH = ["call", "get", "/api/v2/product/search_item", "--query", "item_sku=RED=1", "--query", "page_size=10"];

async function setUp(faults: string[] = []) {
  const cwd = await temporaryFolder();
  const emulator = await emulate({ faults });
  const env = environmentOf(emulator);
  const run = (...argv: string[]) => runCommand(argv, { cwd, env });
  await sampleVideo(cwd, { name: "shoes.mp4" });
  await writeFile(join(cwd, "front.png"), await pngOf(200, 200).bytes());
  return { cwd, emulator, run };
}

test("the whole way in a shell: upload, wait, pictures, an item with both", async () => {
  const { cwd, emulator, run } = await setUp();
  const upload = await run("upload", "--until", "uploaded", "--json", "shoes.mp4");
  const { videoUploadId } = JSON.parse(upload.stdout);
  expect(await (await run("wait", videoUploadId)).exit).toBe(0);
  const image = await run("image", "--json", "front.png");
  const { imageId } = JSON.parse(image.stdout);
  const item = {
    item_name: "Red shoes",
    description: "They are red.",
    original_price: 12.5,
    category_id: 100_001,
    item_sku: "RED=1",
    image: { image_id_list: [imageId] },
    video_upload_id: [videoUploadId],
  };
  await writeFile(join(cwd, "item.json"), JSON.stringify(item));

  const added = await run("call", "POST", ADD, "--body", "item.json");
  expect(added.stderr).toBe("");
  expect(await added.exit).toBe(0);
  const { response } = JSON.parse(added.stdout);
  expect(emulator.items()).toMatchObject([{ itemId: response.item_id, videoUploadId, imageIds: [imageId] }]);
  const found = await run(...SEARCH);
  expect(JSON.parse(found.stdout).response.item_id_list).toEqual([response.item_id]);
});

test("a call whose answer is lost is not made again, and says so", async () => {
  const { cwd, emulator, run } = await setUp(["product/add_item:truncated"]);
  await writeFile(join(cwd, "item.json"), "{}");
  const added = await run("call", "POST", ADD, "--body", "item.json");
  expect(await added.exit).toBe(1);
  expect(added.stdout).toBe("");
  expect(emulator.requests.filter(({ endpoint }) => endpoint === ADD)).toHaveLength(1);
});

test.each<[string[], string]>([
  [["call", "PUT", ADD], "method"],
  [["call", "POST", "product/add_item"], "path"],
  [["call", "POST", ADD, "--body", "none.json"], "none.json"],
  [["call", "POST", ADD, "--body", "text.json"], "it is no JSON"],
  [["call", "POST", ADD, "--body", "list.json"], "must be a JSON object"],
  [["call", "GET", ADD, "--body", "item.json"], "body"],
  [["call", "GET", ADD, "--query", "page_size"], "NAME=VALUE"],
  [["call", "GET", ADD, "--query", "sign=1"], "sign"],
])("%j is refused, naming %s, and nothing is sent", async (argv, text) => {
  const { cwd, emulator, run } = await setUp();
  await writeFile(join(cwd, "item.json"), "{}");
  await writeFile(join(cwd, "list.json"), "[]");
  await writeFile(join(cwd, "text.json"), "no JSON");
  const refused = await run(...argv);
  expect(refused.stderr).toContain(text);
  expect(await refused.exit).toBe(2);
  expect(emulator.requests).toEqual([]);
});
