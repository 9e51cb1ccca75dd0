import { describe, expect, test } from "vitest";
import { isTransportError } from "../../mod.ts";
import { bodyStyle } from "../../src/runtime.ts";
import { bytesOf, firstDifference, noise } from "../support/bytes.ts";
import { runtime } from "../support/runtime.ts";
import { managerFor, reachServers } from "../support/servers.ts";
import type { Echo } from "../support/start_servers.ts";

const servers = await reachServers();
const media = managerFor(servers, { baseUrl: servers.echo.url, retry: { limit: 0 } });

/** Bytes with everything in them that a body must not mind, and more of them than go out in one piece. */
const bytes = await bytesOf(
  new Blob(["\r\n--shopee-media\r\n\r\n\0", "é 钥匙", noise(300_000, 1), "\r\n--shopee-media--\r\n"]),
);

test("the body is made in the way that suits the runtime", () => {
  const styles = { node: "stream", bun: "stream", deno: "bytes", workerd: "bytes", chromium: "blob" };
  expect(bodyStyle()).toBe(styles[runtime]);
});

describe.each([
  ["bytes", bytes],
  ["a view into a larger buffer", new Uint8Array([1, ...bytes, 2]).subarray(1, -1)],
  ["a Blob", new Blob([bytes])],
])("a part given as %s", (_, content) => {
  test("arrives byte for byte, with its length told beforehand", async () => {
    const fields = { video_upload_id: 'vidéo "1"', part_seq: 7, part_md5: "0123456789abcdef0123456789abcdef" };

    const answer = await media.uploadMediaVideoPart({ ...fields, part_content: content });

    const { headers, body } = (answer as { response?: unknown }).response as Echo;
    const sent = Uint8Array.from(atob(body), (character) => character.charCodeAt(0));
    expect(headers).toMatchObject({ "content-length": `${sent.length}` });
    expect(headers).not.toHaveProperty("transfer-encoding");
    const form = await new Response(sent, { headers: { "Content-Type": headers["content-type"]! } }).formData();
    const { part_content: file, ...texts } = Object.fromEntries(form);
    expect(texts).toEqual({ ...fields, part_seq: "7" });
    expect(firstDifference(await bytesOf(file as File), bytes)).toBe(-1);
  });
});

test("a redirect is not followed: it would carry the signed query along", async () => {
  const call = media.getVideoUploadResult({ video_upload_id: "video" });

  await expect(call).rejects.toSatisfy(isTransportError);
});
