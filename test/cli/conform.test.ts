import { expect, onTestFinished, test, vi } from "vitest";
import { SCRIPTS } from "../../src/cli/conform/probes.ts";
import { PICTURE, TINY_PICTURE, VIDEO, WEBP_PICTURE } from "../../src/cli/conform/samples.ts";
import { checkImageFile, checkVideoFile } from "../../src/preflight/mod.ts";
import { createEmulator } from "../../src/emulator/mod.ts";
import { replaceRuntime, runtime } from "../../src/runtime.ts";
import { temporaryFolder } from "../support/files.ts";
import { DIALECT_DIFFERENCES } from "./dialect_differences.ts";
import { emulate } from "./support/emulate.ts";
import { fakeIo } from "./support/fake_io.ts";
import { environmentOf } from "./support/run_command.ts";
import { differencesOf, runConform } from "./support/run_conform.ts";
import { changeJson, startChangedShopee } from "./support/start_changed_shopee.ts";

const PROBES = SCRIPTS.flatMap(({ probes }) => probes);
const DIALECTS = ["samples", "reference"] as const;
const CREDENTIALS = { SHOPEE_PARTNER_ID: "1", SHOPEE_PARTNER_KEY: "k", SHOPEE_SHOP_ID: "2", SHOPEE_ACCESS_TOKEN: "t" };

test("what is sent to be taken is good, and what is sent to be refused is not", async () => {
  for (const module of ["media_space", "media"] as const) {
    expect(await checkVideoFile(new Blob([VIDEO]), module)).toMatchObject({ broken: [], warnings: [] });
  }
  const isGood = async (picture: Uint8Array<ArrayBuffer>) => {
    const { broken, warnings } = await checkImageFile(new Blob([picture]));
    return broken.length + warnings.length === 0;
  };
  expect(await Promise.all([PICTURE, TINY_PICTURE, WEBP_PICTURE].map(isGood))).toEqual([true, false, false]);
});

test.each(DIALECTS)("the emulator conforms to itself as %s", async (dialect) => {
  const emulator = await emulate({ dialect, vidDelayMs: 40, transcodeMs: 40 });

  const run = await runConform(environmentOf(emulator), ["--complete", "--dialect", dialect]);

  expect(differencesOf(run)).toEqual({});
  expect(run.outcomes.filter(({ verdict }) => verdict !== "same")).toEqual([]);
  expect(run.outcomes.map(({ call, probe }) => `${call} ${probe}`)).toEqual(
    PROBES.map(({ call, name }) => `${call} ${name}`),
  );
  expect(run.stderr).toMatch(new RegExp(`\\n${PROBES.length} the same, 0 different, 0 not judged\\n$`));
  expect(run.exitCode).toBe(0);
});

test("as another dialect it differs in what the list tells, and in nothing else", async () => {
  const reference = await emulate({ dialect: "reference" });

  const run = await runConform(environmentOf(reference), ["--complete"]);

  expect(differencesOf(run)).toEqual(DIALECT_DIFFERENCES);
  expect(run.outcomes.filter(({ verdict }) => verdict === "not judged")).toEqual([]);
  expect(run.exitCode).toBe(1);
});

test("it says beforehand how many calls it makes, makes each once, and leaves nothing open", async () => {
  const emulator = await emulate();

  const run = await runConform(environmentOf(emulator));

  const [, probes, calls, uploads] = /: (\d+) probes in (\d+) calls\. (\d+) uploads are opened/.exec(run.stderr)!;
  expect(run.outcomes).toHaveLength(Number(probes));
  expect(emulator.requests).toHaveLength(Number(calls));
  expect(emulator.sessions()).toHaveLength(Number(uploads));
  expect(new Set(emulator.sessions().map(({ status }) => status))).toEqual(new Set(["CANCELLED"]));
  expect(new Set(emulator.requests.map(({ endpoint }) => endpoint))).toHaveLength(13); // One is a path that there is not.
});

test("with --complete one video and two pictures stay in each module", async () => {
  const emulator = await emulate();

  const { stderr } = await runConform(environmentOf(emulator), ["--complete"]);

  expect(stderr).toContain("A small video and two pictures stay there for each module");
  const kept = emulator.sessions().filter(({ status }) => status !== "CANCELLED");
  expect(kept.map(({ module, status }) => [module, status])).toEqual([["media_space", "SUCCEEDED"], [
    "media",
    "SUCCEEDED",
  ]]);
  const pictures = emulator.requests.filter(({ endpoint, error }) => endpoint.endsWith("upload_image") && error === "");
  expect(pictures).toHaveLength(2);
});

test("with a refresh token it gets its access token by that", async () => {
  const emulator = await emulate();
  const { SHOPEE_ACCESS_TOKEN: _, ...env } = environmentOf(emulator);
  const { refreshToken: SHOPEE_REFRESH_TOKEN } = emulator.credentials;

  const XDG_STATE_HOME = await temporaryFolder();
  const run = await runConform({ ...env, SHOPEE_REFRESH_TOKEN, XDG_STATE_HOME }, ["--module", "media"]);

  expect(run.exitCode).toBe(0);
  expect(emulator.requests[0]!.endpoint).toBe("/api/v2/auth/access_token/get");
});

test("--module asks one module only", async () => {
  const emulator = await emulate();

  const { exitCode, outcomes } = await runConform(environmentOf(emulator), ["--module", "media"]);

  expect(exitCode).toBe(0);
  expect(outcomes.length).toBeGreaterThan(10);
  expect(outcomes.filter(({ call }) => !call.startsWith("media/"))).toEqual([]);
});

test("every kind of difference is told, to a human, too", async () => {
  const shopee = await startChangedShopee({
    change: async (answer, { url }) => {
      if (!url.includes("media/get_video_upload_result")) return answer;
      answer.headers.delete("Date");
      return await changeJson(answer, ({ request_id: _, ...body }) => {
        const { response } = body as { response?: { status: string; update_time: number } };
        if (response !== undefined) response.update_time *= 1000;
        return { ...body, trace: { id: "a" }, message: "fine", ...(response && { response }) };
      }, 201);
    },
  });
  const io = fakeIo();
  const env = environmentOf(shopee);

  const run = await runConform(env, ["--module", "media"]);
  expect(differencesOf(run)["media/get_video_upload_result well"]).toEqual([
    "HTTP status: 200 | 201",
    "message:  | fine",
    "field request_id: text | null",
    "kind response.update_time: time in s | time in ms",
    "field trace: null | object",
  ]);

  Object.assign(io.env, env);
  const { main } = await import("../../src/cli/main.ts");
  expect(await main(["conform", "--module", "media"], io)).toBe(1);
  expect(io.printed("stdout")).toContain(
    "            HTTP status: 200 in the emulator, 201 at Shopee\n" +
      '            message: "" in the emulator, "fine" at Shopee\n',
  );
});

test("an answer that comes before the video is ready is compared, too", async () => {
  const emulator = await emulate({
    faults: [
      // The call after `well`, `cancelled` and `unknown-id`: the first one that waits for the video.
      { endpoint: "media_space/get_video_upload_result", calls: 4, kind: "error", error: "error_invalid_upload_id" },
    ],
  });
  let asked = 0;
  const strange = await startChangedShopee({
    change: (answer, { url }) =>
      // The one after `well` and `unknown-id`.
      url.includes("media/get_video_upload_result") && ++asked === 3
        ? changeJson(answer, (body) => ({ ...body, response: { ...body.response as object, status: "WAITING" } }))
        : answer,
  });

  const late = await runConform(environmentOf(emulator), ["--complete", "--module", "media_space"]);
  const waiting = await runConform(environmentOf(strange), ["--complete", "--module", "media"]);

  expect(differencesOf(late)).toEqual({
    "media_space/get_video_upload_result ready": [
      "code while unknown: product.error_unknown | error_invalid_upload_id",
      "message while unknown: invalid or expired vid | This fault was asked for.",
      "field warning while unknown: text | null",
    ],
  });
  expect(differencesOf(waiting)).toEqual({
    "media/get_video_upload_result ready": [
      "value response.status while WAITING: INITIATED, UPLOADING, UPLOADED, PROCESSING, SUCCEEDED | WAITING",
    ],
  });
});

test("where Public calls have to be signed for the shop, that is one difference a call", async () => {
  const emulator = await emulate({ faults: ["upload_video_part:shop-signature"] });

  const run = await runConform(environmentOf(emulator), ["--module", "media_space"]);

  expect(Object.keys(differencesOf(run))).toEqual(["media_space/upload_video_part well"]);
  expect(run.exitCode).toBe(1);
});

test.each([
  ["global", "https://partner.shopeemobile.com"],
  ["brazil", "https://openplatform.shopee.com.br"],
])("the live region %s is not asked without --live", async (region, origin) => {
  const fetch = vi.fn();
  vi.stubGlobal("fetch", fetch);
  onTestFinished(() => void vi.unstubAllGlobals());

  const run = await runConform({ ...CREDENTIALS, SHOPEE_REGION: region });

  expect(run).toMatchObject({
    exitCode: 2,
    stdout: "",
    stderr: `shopee-media: Cannot ask ${origin} without --live: it is not the sandbox\n`,
  });
  expect(fetch).not.toHaveBeenCalled();
});

test("a host that is not known is taken for a live one", async () => {
  const run = await runConform({ ...CREDENTIALS, SHOPEE_BASE_URL: "https://proxy.example" });

  expect(run).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("without --live") });
});

test("the sandbox has no module media: what would be asked of it is not judged; calls keep their distance", async () => {
  const sandbox = await createEmulator();
  onTestFinished(() => sandbox.close());
  vi.stubGlobal("fetch", sandbox.fetch);
  onTestFinished(() => void vi.unstubAllGlobals());
  const { setTimer } = runtime;
  const pauses: number[] = [];
  onTestFinished(replaceRuntime({
    setTimer(run, ms) {
      if (ms === 500) pauses.push(ms);
      return setTimer(run, ms === 500 ? 0 : ms);
    },
  }));

  const { SHOPEE_BASE_URL: _, ...credentials } = environmentOf(sandbox);
  const run = await runConform({ ...credentials, SHOPEE_REGION: "sandbox" });

  const [judged, notJudged] = [true, false].map((isSame) =>
    run.outcomes.filter(({ verdict }) => verdict === "same" === isSame)
  );
  expect(judged!.every(({ call }) => call.startsWith("media_space/"))).toBe(true);
  expect(notJudged!.length).toBeGreaterThan(10);
  for (const { call, reason } of notJudged!) {
    expect([call, reason]).toEqual([
      expect.stringMatching(/^media\//),
      "the sandbox has no module media: it can only be asked --live",
    ]);
  }
  expect(run.exitCode).toBe(3);
  expect(sandbox.requests.filter(({ endpoint }) => endpoint.startsWith("/api/v2/media/"))).toEqual([]);
  // What cancels an upload that was left open is no probe, and waits for nothing.
  const scripts = SCRIPTS.filter(({ module, leaves }) => module === "media_space" && !leaves);
  const calls = scripts.reduce((sum, { before, probes }) => sum + before.length + probes.length, 0);
  expect(pauses).toHaveLength(calls - 1);
});

test("with --live the live platform is asked in both modules", async () => {
  const live = await createEmulator();
  onTestFinished(() => live.close());
  vi.stubGlobal("fetch", live.fetch);
  onTestFinished(() => void vi.unstubAllGlobals());
  const { setTimer } = runtime;
  onTestFinished(replaceRuntime({ setTimer: (run, ms) => setTimer(run, ms === 500 ? 0 : ms) }));

  const { SHOPEE_BASE_URL: _, ...credentials } = environmentOf(live);
  const run = await runConform(credentials, ["--live"]);

  expect(run.exitCode).toBe(0);
  expect(run.stderr).toContain("Asks https://partner.shopeemobile.com: ");
});
