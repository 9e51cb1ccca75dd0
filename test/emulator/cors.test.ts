import { afterAll, beforeAll, expect, test } from "vitest";
import { createEmulator, type EmulatorApp } from "../../src/emulator/mod.ts";
import { signedRequest } from "./raw_client.ts";

const ORIGIN = "http://localhost:5173";

let emulator: EmulatorApp;
beforeAll(async () => {
  emulator = await createEmulator({ faults: ["media/cancel_video_upload:status=429,retryAfter=1"] });
});
afterAll(() => emulator.close());

test.each([
  ["POST", "/api/v2/media_space/upload_video_part", "content-type"],
  ["GET", "/files/images/x", "range,if-range"],
  ["DELETE", "/emulator/faults", "content-type"],
])("a page may ask whether it may %s %s", async (method, path, names) => {
  const { status, headers } = await emulator.fetch(`${emulator.url}${path}`, {
    method: "OPTIONS",
    headers: {
      "Origin": ORIGIN,
      "Access-Control-Request-Method": method,
      "Access-Control-Request-Headers": names,
    },
  });
  expect(status).toBe(204);
  expect(headers.get("Access-Control-Allow-Origin")).toBe("*");
  expect(headers.get("Access-Control-Allow-Methods")).toContain(method);
  expect(headers.get("Access-Control-Allow-Headers")).toBe(names);
  expect(emulator.requests).toEqual([]);
});

test("a page may see the answer, a fault's too, and the headers that a client lives by", async () => {
  for (const name of ["media/init_video_upload", "media/cancel_video_upload"]) {
    const { headers } = await emulator.fetch(signedRequest(emulator, name, { json: {}, headers: { Origin: ORIGIN } }));
    expect(headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect(headers.get("Access-Control-Expose-Headers")?.split(",")).toEqual(["Content-Range", "Date", "Retry-After"]);
    expect(headers.get("Date")).not.toBeNull();
  }
});
