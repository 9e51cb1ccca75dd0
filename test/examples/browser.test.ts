import { fileURLToPath } from "node:url";
import { chromium, type Page } from "playwright-core";
import { expect, onTestFinished, test } from "vitest";
import { createViteServer } from "vitest/node";
import { emulate } from "../cli/support/emulate.ts";
import { environmentOf } from "../cli/support/run_command.ts";
import { temporaryFolder } from "../support/files.ts";
import { findChromium } from "../support/find_chromium.ts";
import { startExample } from "../support/start_example.ts";

const PAGE = fileURLToPath(new URL("../../examples/browser/", import.meta.url));
const VIDEOS = fileURLToPath(new URL("../assets/video/", import.meta.url));

/** Starts all that the example's commands start, and opens the page. */
async function start() {
  const emulator = await emulate();
  const env = { ...environmentOf(emulator), PORT: "0" };
  const server = startExample("upload_server.ts", { env, cwd: await temporaryFolder() });
  const [, target] = await server.printed(/Send videos to (\S+)\/videos/);
  const vite = await createViteServer({
    root: PAGE,
    logLevel: "error",
    server: { port: 0, proxy: { "/videos": target! } },
    // Else it bundles what it discovers on the way, and loads the page again.
    optimizeDeps: { noDiscovery: true, include: [] },
  });
  onTestFinished(() => vite.close());
  await vite.listen();
  const browser = await chromium.launch({
    executablePath: await findChromium(),
    args: ["--no-sandbox", "--disable-gpu"],
  });
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  await page.goto(vite.resolvedUrls!.local[0]!);
  return { emulator, page };
}

/** Chooses a file, and answers what the page says in the end. */
async function choose(name: string, page: Page): Promise<string> {
  await page.locator("input").setInputFiles(`${VIDEOS}${name}`);
  const output = page.locator("output:not(:empty)");
  await output.waitFor();
  return await output.innerText();
}

test("a page sends a good video, and refuses a bad one by itself", async () => {
  const { emulator, page } = await start();

  expect(await choose("ok.webm", page)).toBe("Cannot upload the video: it is a webm file, only mp4 is taken");
  expect(emulator.requests).toEqual([]);

  await page.reload();
  const said = await choose("ok.mp4", page);
  const [session] = emulator.sessions();
  expect(said).toBe(`${session!.id} is ready`);
  expect(session).toMatchObject({ module: "media", fileName: "ok.mp4", status: "SUCCEEDED" });
  expect(await page.locator("progress").getAttribute("value")).toBe("1");
});
