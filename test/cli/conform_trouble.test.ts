import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { MediaManager, uploadVideo } from "../../mod.ts";
import { VIDEO } from "../../src/cli/conform/samples.ts";
import { type Cassette, createEmulator, type Fault } from "../../src/emulator/mod.ts";
import { emulate } from "./support/emulate.ts";
import { fakeIo } from "./support/fake_io.ts";
import { environmentOf } from "./support/run_command.ts";
import { type ConformRun, differencesOf, runConform } from "./support/run_conform.ts";
import { changeJson, startChangedShopee } from "./support/start_changed_shopee.ts";
import { startSlowShopee } from "./support/start_slow_shopee.ts";
import { temporaryFolder } from "../support/files.ts";

/** What was not judged, by why. */
function reasonsOf({ outcomes }: ConformRun): Record<string, string[]> {
  const reasons: Record<string, string[]> = {};
  for (const { call, probe, reason } of outcomes) {
    if (reason !== undefined) (reasons[reason] ??= []).push(`${call} ${probe}`);
  }
  return reasons;
}

test("a daily limit ends it: the rest is not judged, and no cancel is sent", async () => {
  // Those whose signature is refused do not count: the ninth opens an upload.
  const emulator = await emulate({ dailyLimit: 9 });

  const run = await runConform(environmentOf(emulator));

  const [reason, ...others] = Object.keys(reasonsOf(run));
  expect([reason, others]).toEqual(["today's quota of the app is used up", []]);
  expect(run.exitCode).toBe(3);
  expect(run.outcomes.at(-1)!.verdict).toBe("not judged");
  expect(emulator.requests.filter(({ error }) => error === "error_limit")).toHaveLength(1);
  expect(emulator.requests.at(-1)!.error).toBe("error_limit");
  const open = emulator.sessions().filter(({ status }) => status === "INITIATED");
  expect(open).toHaveLength(1);
  expect(run.stderr).toContain(`The upload ${open[0]!.id} of media_space/init_video_upload stays open: today's quota`);
});

test.each<[string, Fault]>([
  ["the calls come too fast for Shopee", { kind: "rate-limit", limit: 0, calls: 30 }],
  ["the calls come too fast for Shopee", { kind: "status", status: 429, calls: 30 }],
])("%s: that ends it, and what is open is cancelled", async (reason, fault) => {
  const emulator = await emulate({ faults: [fault] });

  const run = await runConform(environmentOf(emulator));

  expect(Object.keys(reasonsOf(run))).toEqual([reason]);
  expect(run.exitCode).toBe(3);
  expect(emulator.requests.length).toBeLessThanOrEqual(31);
  expect(new Set(emulator.sessions().map(({ status }) => status))).toEqual(new Set(["CANCELLED"]));
});

test("what the app may not call is not judged, all else is", async () => {
  const error = "error_api_permission";
  const emulator = await emulate({
    faults: [{ endpoint: "media_space/upload_image", kind: "error", error, message: "No permission." }],
  });

  const run = await runConform(environmentOf(emulator));

  expect(reasonsOf(run)).toEqual({
    "the app may not make this call: No permission. (error_api_permission)": [
      "none",
      "ten",
      "nine-tiny",
      "tiny",
      "webp",
    ]
      .map((probe) => `media_space/upload_image ${probe}`),
  });
  expect(run.exitCode).toBe(3);
});

test("a difference counts for more than what was not judged", async () => {
  const emulator = await emulate({
    dialect: "reference",
    faults: [{ endpoint: "media_space/upload_image", kind: "error", error: "error_api_permission" }],
  });

  expect((await runConform(environmentOf(emulator))).exitCode).toBe(1);
});

test("nobody answers: one call is made, and nothing is judged", async () => {
  const emulator = await emulate();
  const env = environmentOf(emulator);
  await emulator.close();

  const run = await runConform(env);

  expect(Object.keys(reasonsOf(run))).toEqual(["no answer came (ECONNREFUSED)"]);
  expect(run.outcomes.every(({ verdict }) => verdict === "not judged")).toBe(true);
  expect(run.exitCode).toBe(3);
});

test("credentials that are refused end it at the first call", async () => {
  const emulator = await emulate();
  emulator.expireToken();

  const run = await runConform(environmentOf(emulator));

  expect(Object.keys(reasonsOf(run))).toEqual([
    "the credentials or this machine's clock are refused: Invalid access_token, please have a check. (invalid_acceess_token)",
  ]);
  expect(emulator.requests).toHaveLength(1);
  expect(run.exitCode).toBe(3);
});

test("an address that is not on the whitelist ends it at the first call", async () => {
  const emulator = await emulate({ faults: ["*:html=403"].map(() => ({ kind: "html", status: 403 })) });

  const run = await runConform(environmentOf(emulator));

  expect(Object.keys(reasonsOf(run))).toEqual([
    "what answered was not Shopee (HTTP 403, HTML): this machine's IP address may not be on the app's whitelist",
  ]);
  expect(emulator.requests).toHaveLength(1);
});

test("nothing is tried again: what fails in passing is not judged, and neither is what builds on it", async () => {
  const emulator = await emulate({
    faults: [
      { endpoint: "media_space/get_video_upload_result", kind: "error", error: "error_server", message: "Later." },
      { endpoint: "media_space/upload_video_part", kind: "empty", status: 502 },
      { endpoint: "media_space/complete_video_upload", kind: "reset-before" },
    ],
  });

  const run = await runConform(environmentOf(emulator), ["--module", "media_space"]);

  const reasons = reasonsOf(run);
  expect(Object.keys(reasons)).toEqual([
    "what answered was not Shopee (HTTP 502, nothing)",
    expect.stringMatching(/^no answer came \(/),
    "Shopee was busy: Later. (error_server)",
  ]);
  // Two of the complete are made when a part has gone before, which fails first.
  expect(reasons["what answered was not Shopee (HTTP 502, nothing)"]).toHaveLength(10 + 2);
  const count = (name: string) => emulator.requests.filter(({ endpoint }) => endpoint.endsWith(`space/${name}`)).length;
  expect([count("get_video_upload_result"), count("upload_video_part"), count("complete_video_upload")])
    .toEqual([3, 12, 2]);
  expect(new Set(emulator.sessions().map(({ status }) => status))).toEqual(new Set(["CANCELLED"]));
});

test("when interrupted it cancels what is open, and ends in 130", async () => {
  const shopee = await startSlowShopee({ delayOf: (path) => path.endsWith("upload_video_part") ? Infinity : 0 });
  const io = fakeIo();
  const running = runConform(environmentOf(shopee), [], io);
  await vi.waitFor(() => expect(shopee.sessions().at(-1)?.status).toBe("INITIATED"), { timeout: 20_000 });

  // All that goes before a part has been made and cancelled, or is cancelled now.
  io.emit("SIGINT");

  expect((await running).exitCode).toBe(130);
  expect(shopee.sessions().map(({ status }) => status)).not.toContain("INITIATED");
});

test("an init that is under way then is waited for, and cancelled", async () => {
  const emulator = await createEmulator();
  onTestFinished(() => emulator.close());
  const io = fakeIo();
  vi.stubGlobal("fetch", async (input: Request) => {
    const answer = await emulator.fetch(input);
    if (emulator.sessions().length === 1 && input.url.includes("init_video_upload")) io.emit("SIGINT");
    return answer;
  });
  onTestFinished(() => void vi.unstubAllGlobals());

  const run = await runConform(environmentOf(emulator), [], io);

  expect(run.exitCode).toBe(130);
  expect(emulator.sessions().map(({ status }) => status)).toEqual(["CANCELLED"]);
  expect(emulator.requests.map(({ endpoint }) => endpoint.split("/").at(-1))).toEqual([
    "init_video_upload",
    "cancel_video_upload",
  ]);
});

test("an upload that cannot be cancelled is named", async () => {
  const emulator = await emulate({
    faults: [{ endpoint: "media_space/cancel_video_upload", kind: "error", error: "error_api_permission" }],
  });

  const run = await runConform(environmentOf(emulator), ["--module", "media_space"]);

  for (const { id } of emulator.sessions()) {
    expect(run.stderr).toContain(`The upload ${id} of media_space/init_video_upload stays open: Cannot cancel`);
  }
});

test.each(["samples", "reference"] as const)("what was recorded of %s is played as it was heard", async (dialect) => {
  const cassette = await record(await emulate({ dialect, transcodeMs: 40 }), ["--complete"]);

  const player = await emulate({ cassette });
  const run = await runConform(environmentOf(player), ["--complete", "--dialect", dialect]);

  expect(differencesOf(run)).toEqual({});
  expect(run.exitCode).toBe(0);
});

test("what was recorded of a platform that is like neither is heard again, all of it", async () => {
  const strange = await startChangedShopee({
    faults: ["media/init_video_upload:shop-signature"],
    change: async (answer, { url }) => {
      if (url.includes("no_such_call")) return new Response("<html></html>", { status: 403, headers: { Date: "Thu" } });
      return await changeJson(answer, ({ error, message, ...body }) => ({
        ...body,
        error: error === "" ? "" : `other.${error}`,
        msg: `${message} Ask the support.`,
        debug: { trace: "0123456789abcdef0123", pods: [{ name: "a", since: 1_700_000_000 }], retry: false },
      }), answer.status === 403 ? 200 : 202);
    },
  });
  const heard = await runConform(environmentOf(strange), ["--complete"]);
  const cassette = await record(strange, ["--complete"]);

  const player = await emulate({ cassette });
  const again = await runConform(environmentOf(player), ["--complete"]);

  expect(heard.outcomes.filter(({ verdict }) => verdict !== "differs")).toEqual([]);
  expect(differencesOf(again)).toEqual(differencesOf(heard));
  expect(again.exitCode).toBe(1);
});

test("an answer that came before the video was known is played to the like", async () => {
  const late = { error: "error_invalid_upload_id", message: "Not yet." };
  // The call after `well`, `cancelled` and `unknown-id`: the first one that waits for the video.
  const fault: Fault = { endpoint: "media_space/get_video_upload_result", calls: 4, kind: "error", ...late };
  const cassette = await record(await emulate({ faults: [fault] }), ["--complete", "--module", "media_space"]);

  const player = await emulate({ cassette, vidDelayMs: 1e9 });
  const media = new MediaManager({ ...player.credentials, baseUrl: player.url });
  const uploaded = await uploadVideo(media, new Blob([VIDEO]), { until: "uploaded" });

  await expect(media.getVideoUploadResult({ video_upload_id: uploaded.videoUploadId })).rejects.toMatchObject({
    code: late.error,
    message: expect.stringContaining("the session is unknown to Shopee"),
  });
});

async function record(
  emulator: Parameters<typeof environmentOf>[0],
  argv: string[] = [],
): Promise<Cassette> {
  const path = join(await temporaryFolder(), "cassette.json");
  const run = await runConform(environmentOf(emulator), ["--record", path, ...argv]);
  expect(run.stderr).toMatch(/ not judged\n$/);
  return JSON.parse(await readFile(path, "utf8"));
}

test("nothing secret is printed or recorded, whatever the answers hold", async () => {
  const signs = new Set<string>();
  const emulator = await startChangedShopee({
    change: async (answer, request) => {
      const { searchParams } = new URL(request.url);
      const sign = searchParams.get("sign") ?? "";
      if (/[1-9a-f]/.test(sign)) signs.add(sign);
      const { partnerKey, accessToken, shopId, partnerId } = emulator.credentials;
      const told = [partnerKey, accessToken, sign, shopId, partnerId, request.url, ...searchParams.values()];
      const id = emulator.sessions().at(-1)?.id;
      const echo = { text: told.join(" "), list: told, nested: { [accessToken]: partnerKey, [sign]: shopId } };
      return await changeJson(answer, ({ message, ...body }) => ({
        ...body,
        message: `${message} ${told.join(" ")} of ${id} at 10.1.2.3`,
        ...echo,
        warning: told.join(","),
        debug_message: told.join(""),
        status: accessToken,
        reason: sign,
      }));
    },
  });
  const path = join(await temporaryFolder(), "cassette.json");
  const env = environmentOf(emulator);

  const json = await runConform(env, ["--complete", "--record", path]);
  const io = fakeIo();
  Object.assign(io.env, env);
  const { main } = await import("../../src/cli/main.ts");
  await main(["conform", "--complete"], io);

  const { partnerKey, accessToken, refreshToken, shopId, partnerId } = emulator.credentials;
  const ids = emulator.sessions().map(({ id }) => id);
  const secrets = [partnerKey, accessToken, refreshToken, `${shopId}`, `${partnerId}`, ...signs, ...ids, "10.1.2.3"];
  expect(signs.size).toBeGreaterThan(10); // Two calls of one path and second have the same.
  const shown = {
    stdout: json.stdout,
    stderr: json.stderr,
    cassette: await readFile(path, "utf8"),
    human: io.printed("stdout") + io.printed("stderr"),
  };
  for (const [where, text] of Object.entries(shown)) {
    expect(text.length, where).toBeGreaterThan(200);
    expect(secrets.filter((secret) => text.includes(secret)), where).toEqual([]);
  }
});

test("a cassette that cannot be written is told before any call is made", async () => {
  const emulator = await emulate();

  const run = await runConform(environmentOf(emulator), ["--record", join(await temporaryFolder(), "no", "c.json")]);

  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain("c.json: no such file or directory");
  expect(emulator.requests).toEqual([]);
});

test("a run that judges nothing leaves an older cassette as it is", async () => {
  const emulator = await emulate({ dailyLimit: 0 });
  const path = join(await temporaryFolder(), "cassette.json");
  await writeFile(path, "older");

  const run = await runConform(environmentOf(emulator), ["--record", path]);

  expect(run.exitCode).toBe(3);
  expect(await readFile(path, "utf8")).toBe("older");
});

test.each([
  [["--record", "c.json", "--dialect", "reference"], "Cannot record with --dialect reference"],
  [["--module", "space"], "Allowed choices are media_space, media"],
  [["--dialect", "french"], "Allowed choices are samples, reference"],
  [["c.json"], "too many arguments"],
])("%j is wrong usage", async (argv, message) => {
  const run = await runConform(environmentOf(await emulate()), argv);

  expect(run).toMatchObject({ exitCode: 2, stdout: "" });
  expect(run.stderr).toContain(message);
});

test("it wants credentials of a shop", async () => {
  const run = await runConform({ SHOPEE_PARTNER_ID: "1", SHOPEE_PARTNER_KEY: "k" });

  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain("Missing credentials: set SHOPEE_SHOP_ID, SHOPEE_ACCESS_TOKEN");
});
