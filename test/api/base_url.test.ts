import { expect, test } from "vitest";
import { MediaManager, type MediaManagerOptions } from "../../mod.ts";
import { CREDENTIALS } from "../support/manager_for.ts";

/** The origin that a manager with these options sends to. */
async function originOf(options: Partial<MediaManagerOptions>): Promise<string> {
  const urls: string[] = [];
  const fetch: typeof globalThis.fetch = (input) => {
    urls.push(new Request(input).url);
    return Promise.resolve(Response.json({ error: "", message: "", request_id: "r" }));
  };
  await new MediaManager({ ...CREDENTIALS, fetch, ...options }).cancelVideoUpload({ video_upload_id: "x" });
  expect(urls).toHaveLength(1);
  return new URL(urls[0]!).origin;
}

test.each(
  [
    [undefined, "https://partner.shopeemobile.com"],
    ["global", "https://partner.shopeemobile.com"],
    ["china", "https://openplatform.shopee.cn"],
    ["brazil", "https://openplatform.shopee.com.br"],
    ["sandbox", "https://openplatform.sandbox.test-stable.shopee.sg"],
    ["sandbox-china", "https://openplatform.sandbox.test-stable.shopee.cn"],
  ] as const,
)("the region %s is at %s", async (region, origin) => {
  expect(await originOf({ region })).toBe(origin);
});

test.each([
  ["https://partner.test-stable.shopeemobile.com", "https://partner.test-stable.shopeemobile.com"],
  ["https://proxy.example:8443/", "https://proxy.example:8443"],
  ["http://127.0.0.1:3000", "http://127.0.0.1:3000"],
  ["http://127.9.8.7", "http://127.9.8.7"],
  ["http://localhost:3000", "http://localhost:3000"],
  ["http://shopee.localhost", "http://shopee.localhost"],
  ["http://[::1]:3000", "http://[::1]:3000"],
])("the base URL %s overrides the region", async (baseUrl, origin) => {
  expect(await originOf({ region: "china", baseUrl })).toBe(origin);
  expect(await originOf({ region: "china", baseUrl: new URL(baseUrl) })).toBe(origin);
});

test.each([
  "http://partner.shopeemobile.com",
  "http://10.0.0.1:3000",
  "http://0.0.0.0:3000",
  "http://localhost.evil.example",
  "http://127.0.0.1.evil.example",
  "http://evil.example/127.0.0.1",
  "http://127.0.0.1@evil.example",
])("the base URL %s would show the token to a network, and is refused", (baseUrl) => {
  const make = () => new MediaManager({ ...CREDENTIALS, baseUrl });
  expect(make).toThrow(
    expect.objectContaining({ name: "InvalidInputError", message: expect.stringContaining("baseUrl") }),
  );
});

test("http: is taken for a host of one's own if one says so", async () => {
  expect(await originOf({ baseUrl: "http://shopee:3000", allowInsecureHttp: true })).toBe("http://shopee:3000");
});

test.each(["", "partner.shopeemobile.com", "ftp://127.0.0.1", "file:///etc/passwd"])(
  "the base URL %j is none",
  (baseUrl) => {
    expect(() => new MediaManager({ ...CREDENTIALS, baseUrl }))
      .toThrow(expect.objectContaining({ name: "InvalidInputError", message: expect.stringContaining("baseUrl") }));
  },
);
