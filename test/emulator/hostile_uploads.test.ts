import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../src/emulator/mod.ts";
import { box, FTYP, movie, track } from "../preflight/support/boxes.ts";
import { readAsset } from "../support/files.ts";
import { call, signedRequest } from "./raw_client.ts";
import { completeMediaSpace, sendMediaSpace, waitForResult } from "./upload_raw.ts";

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator({ transcodeMs: 0 });
});
// Whatever came before, a good video goes through.
afterEach(async () => {
  expect(await verdictOn(await readAsset("video/ok.mp4"))).toBe("SUCCEEDED success");
  await emulator.close();
});

/** Over the socket: not the emulator's own fetch. */
function target() {
  return { url: emulator.url, credentials: emulator.credentials };
}

async function verdictOn(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const id = await sendMediaSpace(target(), bytes);
  await completeMediaSpace(target(), id, 1);
  const { response } = await waitForResult(target(), "media_space", id);
  return `${response.status} ${response.message}`;
}

describe("a video of less than 4 kB that claims to hold billions of things", () => {
  const BILLIONS = 0xffff_ffff;
  const TABLES = [
    box("stts", 0, 1, 12, 1000),
    box("stsz", 0, 1, 12),
    box("stsc", 0, 1, 1, 12, 1),
    box("stco", 0, 1, 8),
  ];
  const fragment = box("moof", box("mfhd", 0, 1), box("traf", box("tfhd", 0, 1), box("trun", 0, BILLIONS)));
  const rows = Array.from({ length: 300 }, () => [BILLIONS, 0]).flat();

  test.each<[string, Uint8Array[], string]>([
    [
      "frames in a fragment",
      [movie(track(), box("mvex", box("trex", 0, 1, 1, 1, 0, 0))), fragment],
      "FAILED Video file is broken",
    ],
    ["shifted frames", [movie(track([...TABLES, box("ctts", 0, 300, ...rows)]))], "SUCCEEDED success"],
    ["frames", [movie(track([box("stts", 0, 1, BILLIONS, 1000), ...TABLES.slice(1)]))], "SUCCEEDED success"],
  ])("%s", async (_, boxes, verdict) => {
    const file = new Uint8Array(await new Blob([FTYP, ...boxes] as BlobPart[]).arrayBuffer());
    expect(file.length).toBeLessThan(4096);
    expect(await verdictOn(file)).toBe(verdict);
  });
});

describe("a body without an end", () => {
  const KILOBYTES_64 = new Uint8Array(65_536);
  const MOST = 512 * 2 ** 20;

  /** Sends it until nobody reads on, and answers how many bytes were asked for. */
  async function sendForEver(url: string, head: string, type: string): Promise<number> {
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        const chunk = sent === 0 ? new TextEncoder().encode(head) : KILOBYTES_64;
        sent += chunk.length;
        // The end of the test, not of the emulator.
        if (sent > MOST) controller.error(new Error("It reads on and on"));
        else controller.enqueue(chunk);
      },
    });
    const init = { method: "POST", headers: { "Content-Type": type }, body, duplex: "half" };
    // Whether the answer is seen, or the connection ends before it is, is a matter of luck.
    await fetch(url, init as RequestInit).then((response) => response.text()).catch(() => {});
    return sent;
  }

  const FILE = '--x\r\nContent-Disposition: form-data; name="part_content"; filename="a"\r\n\r\n';
  const FORM = "multipart/form-data; boundary=x";

  test.each([
    ["a part of media_space", "media_space/upload_video_part", FILE, FORM],
    ["a part of media", "media/upload_video_part", FILE, FORM],
    ["an image", "media/upload_image", FILE, FORM],
    ["JSON", "media/init_video_upload", '{"file_name": "', "application/json"],
  ])("%s", async (_, name, head, type) => {
    expect(await sendForEver(signedRequest(target(), name).url, head, type)).toBeLessThan(MOST);
    expect(emulator.requests.at(-1)?.refusal?.reason).toBe("bodyTooLarge");
  });

  test("with a wrong signature", async () => {
    const { url } = signedRequest(target(), "media/upload_video_part", { tamper: { sign: "0" } });
    expect(await sendForEver(url, FILE, FORM)).toBeLessThan(MOST);
  });

  test("of the control API", async () => {
    const url = `${emulator.url}/emulator/verdicts`;
    expect(await sendForEver(url, '{"status": "', "application/json")).toBeLessThan(MOST);
    expect(emulator.verdicts.list()).toEqual([]);
  });
});

test.each<[string, string]>([
  ["deep", "[".repeat(20_000) + "]".repeat(20_000)],
  ["a number beyond all", "1e300"],
  ["a text of a megabyte", `"${"a".repeat(1_000_000)}"`],
])("JSON with a value that is %s is refused", async (_, value) => {
  const { response } = await call(target(), "media/init_video_upload", {
    json: { business: 3, scene: 1, file_name: "a.mp4", file_size: 10, duration: 12 },
  });
  const json = { video_upload_id: response.video_upload_id, part_seq_list: [0], report_data: { upload_cost: 1 } };
  const headers = { "Content-Type": "application/json" };
  for (const name of ["video_upload_id", "part_seq_list", "report_data"]) {
    const body = JSON.stringify({ ...json, [name]: "this" }).replace('"this"', value);
    const answer = await call(target(), "media_space/complete_video_upload", { body, headers });
    expect(answer).toMatchObject({ status: 200, error: "product.error_param" });
  }
});

const HEAD = "POST /api/v2/media/upload_video_part HTTP/1.1\r\nHost: localhost\r\n";

test.each<[string, string]>([
  ["a length beyond all numbers", `${HEAD}Content-Length: ${"9".repeat(400)}\r\n\r\nx`],
  ["a length of petabytes", `${HEAD}Content-Length: 9007199254740991\r\n\r\nx`],
  ["a negative length", `${HEAD}Content-Length: -1\r\n\r\nx`],
  ["a chunk beyond all numbers", `${HEAD}Transfer-Encoding: chunked\r\n\r\n${"f".repeat(400)}\r\nx`],
  ["a chunk that is not as long as it says", `${HEAD}Transfer-Encoding: chunked\r\n\r\nffff\r\nx`],
  ["headers of megabytes", `${HEAD}X: ${"x".repeat(4_000_000)}\r\n\r\n`],
  ["a host that is none", "GET /files/ HTTP/1.1\r\nHost: a b/c\r\n\r\n"],
  ["no host", "GET /files/ HTTP/1.1\r\n\r\n"],
  ["a path that is none", "GET //[ HTTP/1.1\r\nHost: localhost\r\n\r\n"],
  ["no path", "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n"],
  ["a wish for a tunnel", "CONNECT a:1 HTTP/1.1\r\nHost: localhost\r\n\r\n"],
  ["a wish for a web socket", `${HEAD}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`],
  ["no HTTP", "\0\xff\x16\x03\x01"],
])("a request with %s, after which the client goes away", async (_, text) => {
  const { hostname, port } = new URL(emulator.url);
  const socket = connect(Number(port), hostname, () => socket.end(text, "latin1"));
  // Whatever it answers, if it does.
  socket.resume().on("error", () => {});
  await new Promise((resolve) => socket.once("close", resolve));
});
