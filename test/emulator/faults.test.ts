import { afterEach, describe, expect, test } from "vitest";
import { createEmulator, type EmulatorApp, type Fault } from "../../src/emulator/mod.ts";
import { InvalidInputError } from "../../src/errors.ts";
import { call, noise, signedRequest } from "./raw_client.ts";
import { pngOf } from "./png_of.ts";
import { takeClock } from "./take_clock.ts";
import { completeMedia, sendMedia, sendMediaSpace } from "./upload_raw.ts";

const INIT = "media/init_video_upload";
const init = { json: { business: 3, scene: 1, file_name: "a.mp4", file_size: 10, duration: 1 } };
const spaceInit = { json: { file_md5: "a".repeat(32), file_size: 10 } };

let emulator: EmulatorApp;
afterEach(() => emulator.close());

async function withFaults(...faults: (Fault | string)[]): Promise<void> {
  emulator = await createEmulator({ transcodeMs: 0, inspect: false, faults });
}

function send(): Promise<Response> {
  return emulator.fetch(signedRequest(emulator, INIT, init));
}

describe("a fault that takes the place of an answer", () => {
  test.each<[string, number, string, string | null]>([
    ["html", 502, "text/html", null],
    ["html=504", 504, "text/html", null],
    ["html=403", 403, "text/html", null],
    ["empty=403", 403, "application/json", null],
    ["empty", 200, "application/json", null],
    ["empty=500", 500, "application/json", null],
    ["status=408", 408, "text/plain", null],
    ["status=429,retryAfter=7", 429, "text/plain", "7"],
    ["status=503,retryAfter=0", 503, "text/plain", "0"],
  ])("%s", async (fault, status, type, retryAfter) => {
    await withFaults(`*:${fault}`);
    const response = await send();
    expect(response.status).toBe(status);
    expect(response.headers.get("Content-Type")).toBe(type);
    expect(response.headers.get("Retry-After")).toBe(retryAfter);
    const text = await response.text();
    expect(text === "").toBe(fault.startsWith("empty"));
    expect(() => JSON.parse(text)).toThrow();
    expect(emulator.sessions()).toHaveLength(0);
  });

  test("Retry-After as a date is told by the emulator's clock", async () => {
    emulator = await createEmulator({ clockOffset: 3600, faults: ["*:status=503,retryAfterDate=60"] });
    const { headers } = await send();
    const wait = Date.parse(headers.get("Retry-After") ?? "") - Date.parse(headers.get("Date") ?? "");
    expect(wait).toBe(60_000);
  });

  test.each([
    ["error=error_limit", 200, "error_limit"],
    ["error=error_auth,status=403,message=Invalid access_token.", 403, "error_auth"],
    ["error=anything_at_all,status=500", 500, "anything_at_all"],
  ])("%s", async (fault, status, error) => {
    await withFaults(`*:${fault}`);
    const answer = await call(emulator, INIT, init);
    expect(answer).toMatchObject({ status, error, request_id: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(emulator.requests).toMatchObject([{ status, error, faults: ["error"] }]);
    expect(emulator.sessions()).toHaveLength(0);
  });

  test.each(["html", "empty", "status=503", "error=error_server"])("%s,after: the request was done", async (fault) => {
    await withFaults(`*:${fault},after`);
    await (await send()).text();
    expect(emulator.sessions()).toHaveLength(1);
  });
});

test("html says what its status means", async () => {
  await withFaults("*#1:html", "*#2:html=403");
  expect(await (await send()).text()).toContain("502 Bad Gateway");
  expect(await (await send()).text()).toContain("403 Forbidden");
});

describe("shop-signature: a Public call", () => {
  test("insists on a shop's signature, and is accepted with it", async () => {
    await withFaults("*:shop-signature");
    expect(await call(emulator, INIT, init)).toMatchObject({
      status: 403,
      error: "error_param",
      message: "There is no access_token in query.",
    });
    expect(emulator.requests).toMatchObject([{ faults: ["shop-signature"], refusal: { reason: "noParameter" } }]);
    expect(await call(emulator, INIT, { ...init, asShop: true })).toMatchObject({ error: "" });
    expect(await call(emulator, INIT, { ...init, asShop: true, accessToken: "x" })).toMatchObject({
      error: "error_auth",
      message: "Invalid access_token.",
    });
  });

  test("insists where the fault says so, and a refresh of the token never does", async () => {
    await withFaults("media_space/upload_image:shop-signature", "auth/access_token/get:shop-signature");
    expect(await call(emulator, "media_space/upload_image", { form: {} })).toMatchObject({ error: "error_param" });
    expect(await call(emulator, INIT, init)).toMatchObject({ error: "" });
    expect(await call(emulator, "media_space/init_video_upload", spaceInit)).toMatchObject({ error: "" });
    const { refreshToken, partnerId, shopId } = emulator.credentials;
    const json = { refresh_token: refreshToken, partner_id: partnerId, shop_id: shopId };
    expect(await call(emulator, "auth/access_token/get", { json })).toMatchObject({ error: "" });
  });
});

describe("dashes", () => {
  const upload = (...image: Blob[]) => call(emulator, "media_space/upload_image", { form: { image } });

  test("a success says - where it has nothing to say", async () => {
    await withFaults("*:dashes");
    const { response, ...rest } = await call(emulator, INIT, init);
    expect(rest).toMatchObject({
      error: "-",
      message: "-",
      warning: "-",
      request_id: expect.stringMatching(/^\w{32}$/),
    });
    expect(response).toMatchObject({ video_upload_id: expect.any(String), part_size: expect.any(Number) });
  });

  test("so does each image that was taken, and one that was not keeps its error", async () => {
    await withFaults("upload_image:dashes");
    const { error, response } = await upload(pngOf(20, 20), new Blob([new Uint8Array(10_485_761)]));
    expect(error).toBe("-");
    expect(response.image_info.image_id).toMatch(/./);
    expect(response.image_info_list).toMatchObject([
      { id: 0, error: "-", message: "-", image_info: { image_id: expect.any(String) } },
      { id: 1, error: "product.error_file_size", message: expect.stringMatching(/10485761 bytes/) },
    ]);
  });

  test("a refusal stays as it is", async () => {
    await withFaults("*:dashes");
    expect(await upload()).toMatchObject({ error: "product.error_param", message: "can't find image file" });
  });
});

test("truncated: half of the JSON", async () => {
  await withFaults("*:truncated");
  const response = await send();
  expect(response.status).toBe(200);
  expect(await response.text()).toMatch(/^\{"error":"[^}]*$/);
  expect(emulator.sessions()).toHaveLength(1);
});

test("slow: the answer comes byte by byte, and comes whole", async () => {
  await withFaults("*:slow=100000");
  const chunks: number[] = [];
  for await (const chunk of (await send()).body ?? []) chunks.push(chunk.length);
  expect(new Set(chunks)).toEqual(new Set([1]));
  expect(chunks.length).toBeGreaterThan(50);
});

test("without a socket, a reset is a fetch that rejects", async () => {
  await withFaults("*#1:reset-before", "*#2:reset-after");
  await expect(send()).rejects.toThrow(TypeError);
  expect(emulator.sessions()).toHaveLength(0);
  await expect(send()).rejects.toThrow(TypeError);
  expect(emulator.sessions()).toHaveLength(1);
  expect(emulator.requests).toMatchObject([
    { status: 0, error: "", faults: ["reset-before"] },
    { status: 0, error: "", faults: ["reset-after"] },
  ]);
  expect((await send()).status).toBe(200);
});

test.each(["stall-before", "stall-after"])("%s: an answer comes late", async (kind) => {
  const clock = takeClock();
  await withFaults(`*:${kind}=20`);
  let status: number | undefined;
  send().then((response) => status = response.status);
  expect(await clock.advanceUntil(() => status === 200)).toBeGreaterThanOrEqual(20);
});

test.each([["stall-before", 0], ["stall-after", 1]])("%s: no answer ever comes", async (kind, sessions) => {
  await withFaults(`*:${kind}`);
  const stop = new AbortController();
  const sent = emulator.fetch(signedRequest(emulator, INIT, init), { signal: stop.signal });
  await expect.poll(() => emulator.sessions()).toHaveLength(sessions);
  stop.abort(new Error("enough"));
  await expect(sent).rejects.toThrow("enough");
  await expect.poll(() => emulator.requests).toMatchObject([{ status: 0, faults: [kind] }]);
});

test("a stall of a year is none of a millisecond", async () => {
  const clock = takeClock();
  await withFaults("*:stall-before=31536000000");
  const sent = expect(send()).rejects.toThrow(TypeError);
  await clock.advanceUntil(() => clock.timers() === 1);
  await clock.advance(86_400_000);
  expect(emulator.requests).toEqual([]);
  await emulator.close();
  await sent;
});

test("close ends a stall", async () => {
  await withFaults("*:stall-before");
  const sent = expect(send()).rejects.toThrow(TypeError);
  await emulator.close();
  await sent;
});

describe("when a fault fires", () => {
  async function statuses(count: number): Promise<number[]> {
    const found = [];
    for (let call = 0; call < count; call++) found.push((await send()).status);
    return found;
  }

  test("on every call, without any choice", async () => {
    await withFaults({ kind: "status", status: 503 });
    expect(await statuses(3)).toEqual([503, 503, 503]);
  });

  test("on the n-th call", async () => {
    await withFaults({ kind: "status", status: 503, calls: 2 });
    expect(await statuses(3)).toEqual([200, 503, 200]);
  });

  test("on some calls", async () => {
    await withFaults({ kind: "status", status: 503, calls: [1, 3] });
    expect(await statuses(4)).toEqual([503, 200, 503, 200]);
  });

  test("on every n-th call", async () => {
    await withFaults({ kind: "status", status: 503, every: 2 });
    expect(await statuses(5)).toEqual([200, 503, 200, 503, 200]);
  });

  test("with a probability: the same with the same seed, other with another", async () => {
    const roll = async (seed: number) => {
      await withFaults({ kind: "status", status: 503, probability: 0.3, seed });
      const found = await statuses(100);
      await emulator.close();
      return found;
    };
    const first = await roll(1);
    expect(await roll(1)).toEqual(first);
    expect(await roll(2)).not.toEqual(first);
    const hits = first.filter((status) => status === 503).length;
    expect(hits).toBeGreaterThan(10);
    expect(hits).toBeLessThan(50);
  });

  test("counting the calls of its endpoint alone, in one module or in both", async () => {
    await withFaults(
      { kind: "error", error: "in_both", endpoint: "init_video_upload", calls: 3 },
      { kind: "error", error: "in_one", endpoint: "media_space/init_video_upload", calls: 2 },
    );
    const error = async (name: string, options: object) => (await call(emulator, name, options)).error;
    expect(await error(INIT, init)).toBe("");
    expect(await error("media/cancel_video_upload", { json: {} })).toBe("error_param");
    expect(await error("media_space/init_video_upload", spaceInit)).toBe("");
    expect(await error(INIT, init)).toBe("in_both");
    expect(await error("media_space/init_video_upload", spaceInit)).toBe("in_one");
  });

  test("the first that was added goes first, and both count", async () => {
    await withFaults({ kind: "status", status: 503, calls: 1 }, { kind: "status", status: 504, calls: [1, 2] });
    expect(await statuses(3)).toEqual([503, 504, 200]);
    expect(emulator.faults.list()).toMatchObject([{ seen: 3, fired: 1 }, { seen: 3, fired: 2 }]);
  });
});

test("clock: this request is judged by another time, and its Date tells that time", async () => {
  await withFaults("init_video_upload#1:clock=3600");
  const refused = await call(emulator, INIT, init);
  expect(emulator.requests.at(-1)?.refusal?.reason).toBe("oldTimestamp");
  expect(Date.parse(refused.headers.get("Date") ?? "") - Date.now()).toBeGreaterThan(3_590_000);
  expect(await call(emulator, INIT, init)).toMatchObject({ error: "" });
});

test("expired-token: the token dies as the request comes in", async () => {
  await withFaults("media_space/init_video_upload#2:expired-token");
  const errors = [];
  for (let time = 0; time < 3; time++) {
    errors.push((await call(emulator, "media_space/init_video_upload", spaceInit)).error);
  }
  expect(errors).toEqual(["", "invalid_acceess_token", "invalid_acceess_token"]);
});

test("rate-limit: more than so many at a time are refused, one after the other is not", async () => {
  await withFaults("*:rate-limit=2,retryAfter=1", "*:stall-after=30");
  const answers = await Promise.all([1, 2, 3, 4].map(() => call(emulator, INIT, init)));
  const refused = answers.filter(({ error }) => error !== "");
  expect(refused).toHaveLength(2);
  expect(refused[0]).toMatchObject({
    status: 429,
    error: "error_rate_limit",
    message: "Too many requests. You have reached the rate limit. Please try again later.",
  });
  expect(refused[0]?.headers.get("Retry-After")).toBe("1");
  for (let time = 0; time < 3; time++) expect(await call(emulator, INIT, init)).toMatchObject({ error: "" });
});

test("a complete whose answer is lost has been done", async () => {
  await withFaults("complete_video_upload#1:reset-after");
  const id = await sendMedia(emulator, noise(10));
  await expect(completeMedia(emulator, id)).rejects.toThrow(TypeError);
  expect(await completeMedia(emulator, id)).toMatchObject({ error: "error_already_completed" });
});

test("a part that was reset before is not there", async () => {
  await withFaults("upload_video_part#1:reset-before");
  await expect(sendMediaSpace(emulator, noise(10))).rejects.toThrow(TypeError);
  expect(emulator.sessions()[0]?.parts).toEqual([]);
});

describe("faults are changed while the emulator runs", () => {
  test("in code", async () => {
    await withFaults();
    const id = emulator.faults.add("*:status=503");
    emulator.faults.add({ kind: "clock", offset: 1 });
    expect((await send()).status).toBe(503);
    expect(emulator.faults.list()).toMatchObject([{ id, kind: "status", fired: 1 }, { kind: "clock" }]);
    expect(emulator.faults.clear(id)).toBe(1);
    expect((await send()).status).toBe(200);
    expect(emulator.faults.clear()).toBe(1);
    expect(emulator.faults.list()).toEqual([]);
    expect(() => emulator.faults.add({ kind: "status" })).toThrow("The fault status needs status");
  });

  const control = async (method: string, path = "", body?: unknown) => {
    const response = await emulator.fetch(`${emulator.url}/emulator/faults${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
    });
    return { status: response.status, body: await response.json() };
  };

  test("over the control API", async () => {
    await withFaults();
    expect(await control("POST", "", "*#1:status=503")).toEqual({ status: 201, body: { ids: ["1"] } });
    expect(await control("POST", "", [{ kind: "html", calls: 2 }, "*#3:empty"])).toMatchObject({
      status: 201,
      body: { ids: ["2", "3"] },
    });
    expect((await send()).status).toBe(503);
    expect((await send()).status).toBe(502);
    expect((await control("GET")).body).toMatchObject([{ id: "1", fired: 1 }, { id: "2", fired: 1 }, { fired: 0 }]);
    expect(await control("DELETE", "/3")).toEqual({ status: 200, body: { removed: 1 } });
    expect(await control("DELETE", "/3")).toEqual({ status: 404, body: { removed: 0 } });
    expect(await control("DELETE")).toEqual({ status: 200, body: { removed: 2 } });
    expect((await control("GET")).body).toEqual([]);
  });

  test.each<[unknown]>([["nonsense"], [{ kind: "nonsense" }], [7], [null], [["*:cut", "nonsense"]]])(
    "the control API refuses %j, and adds nothing",
    async (body) => {
      await withFaults();
      expect(await control("POST", "", body)).toMatchObject({ status: 400, body: { error: expect.any(String) } });
      expect((await control("GET")).body).toEqual([]);
    },
  );
});

test("a fault among the options that is none is an error", async () => {
  await withFaults();
  await expect(createEmulator({ faults: ["nonsense"] })).rejects.toThrow(InvalidInputError);
});
