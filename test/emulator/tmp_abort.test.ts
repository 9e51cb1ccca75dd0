import { expect, test } from "vitest";
import { startEmulator } from "../../src/emulator/mod.ts";
import { call, noise, signedRequest } from "./raw_client.ts";
test("a client that goes away in the middle of a part is logged as unanswered", async () => {
  const emulator = await startEmulator();
  const { response } = await call(emulator, "media/init_video_upload", {
    json: { business: 3, scene: 1, file_name: "a.mp4", file_size: 10_000_000, duration: 1 },
  });
  for (let i = 0; i < 20; i++) {
    const stop = new AbortController();
    const { url } = signedRequest(emulator, "media/upload_video_part");
    let pulled = 0;
    const body = new ReadableStream({ pull(c) { pulled++; if (pulled > 3) { if (pulled === 4) setTimeout(() => stop.abort(), i); return new Promise(() => {}); } c.enqueue(pulled === 1 ? new TextEncoder().encode('--x\r\nContent-Disposition: form-data; name="video_upload_id"\r\n\r\n' + response.video_upload_id + "\r\n") : noise(65536)); } });
    await expect(fetch(url, { method: "POST", body, duplex: "half", signal: stop.signal, headers: { "content-type": "multipart/form-data; boundary=x" } } as RequestInit)).rejects.toThrow();
  }
  await expect.poll(() => emulator.requests.length, { timeout: 5000 }).toBe(21);
  console.log(emulator.requests.map((r) => r.status + r.error).join(" "));
  await emulator.close();
});
