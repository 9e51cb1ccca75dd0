import { inspect } from "node:util";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { isShopeeMediaError, MediaManager, type RequestEvent } from "../../mod.ts";
import { textOfError } from "../support/secret_watch.ts";
import { CREDENTIALS, managerFor } from "../support/manager_for.ts";
import {
  type Answerer,
  failure,
  type RecordedRequest,
  reset,
  silence,
  startRecordingServer,
} from "../support/recording_server.ts";
import { settle } from "../support/settle.ts";

const { partnerKey, accessToken } = CREDENTIALS;
const PARAMS = { video_upload_id: "sg_1" };

/** Everything in a request that nobody else may see, in every spelling that a URL gives it. */
function secretsOf(requests: RecordedRequest[]): string[] {
  const signs = requests.map(({ query }) => query.get("sign")!);
  const spellings = [encodeURIComponent(accessToken), new URLSearchParams({ t: accessToken }).toString().slice(2)];
  return [partnerKey, accessToken, ...spellings, ...signs, "access_token=", "sign="];
}

function expectNone(text: string, secrets: string[]): void {
  for (const secret of secrets) expect(text).not.toContain(secret);
}

test.each<[string, Answerer]>([
  ["a connection that breaks", () => reset],
  ["an attempt that takes too long", () => silence],
  ["HTML", () => ({ status: 502, text: "<html>" })],
  ["a page that shows the request", ({ query }) => ({ status: 404, text: `<p>No page for ?${query}` })],
  ["an error", () => failure("error_sign", "Wrong sign.", { status: 403 })],
  [
    "an error whose text shows the request",
    ({ query }) => failure("error_sign", `Wrong sign ${query.get("sign")} for token ${query.get("access_token")}.`),
  ],
  ["an error whose code shows the request", ({ query }) => failure(`error_${query.get("sign")}`)],
  ["a redirect", () => ({ status: 302, text: "", headers: { Location: "http://127.0.0.1:9/elsewhere" } })],
])("%s leaves no secret in the error, nor in an event", async (_, answer) => {
  const server = await startRecordingServer(answer);
  const events: RequestEvent[] = [];
  const media = managerFor(server, {
    onRequest: (event) => events.push(event),
    timeout: { attempt: 100 },
    retry: { limit: 1, baseDelay: 0 },
  });
  const { error } = await settle(media.cancelVideoUpload(PARAMS));
  expect(isShopeeMediaError(error)).toBe(true);
  const secrets = secretsOf(server.requests);
  expectNone(textOfError(error), secrets);
  expect(events.map(({ attempt }) => attempt)).toEqual(events.map((_, index) => index + 1));
  expectNone(inspect(events, { depth: 10 }), secrets);
});

test("a host that cannot be reached leaves no secret in the error", async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const { error } = await settle(managerFor({ url: `http://127.0.0.1:${port}` }).cancelVideoUpload(PARAMS));
  expect(error).toMatchObject({ name: "TransportError" });
  expectNone(textOfError(error), secretsOf([]));
});

test("a fetch that fails with the URL in all its texts leaves no secret in the error", async () => {
  const requests: string[] = [];
  const fetch: typeof globalThis.fetch = (input) => {
    const { url } = new Request(input);
    requests.push(new URL(url).searchParams.get("sign")!);
    const cause = Object.assign(new Error(`getaddrinfo failed for ${url}`), { input: url });
    return Promise.reject(new TypeError(`error sending request for url (${url}): connection closed`, { cause }));
  };
  const { error } = await settle(managerFor({ url: "http://127.0.0.1:1" }, { fetch }).cancelVideoUpload(PARAMS));
  expect(error).toMatchObject({ name: "TransportError" });
  expect(requests).toHaveLength(1);
  expectNone(textOfError(error), [...secretsOf([]), ...requests]);
});

test("a redirect is not followed: it would carry the signature elsewhere", async () => {
  const elsewhere = await startRecordingServer();
  const server = await startRecordingServer(() => ({ status: 307, text: "", headers: { Location: elsewhere.url } }));
  await expect(managerFor(server).cancelVideoUpload(PARAMS)).rejects.toMatchObject({ name: "TransportError" });
  expect(server.requests).toHaveLength(1);
  expect(elsewhere.requests).toHaveLength(0);
});

test("a manager that is printed shows nothing", () => {
  const media = new MediaManager(CREDENTIALS);
  expectNone(`${inspect(media, { depth: 20, showHidden: true })} ${JSON.stringify(media)}`, secretsOf([]));
});

test.each([
  { partnerId: partnerKey },
  { retry: { limit: partnerKey } },
  { shopId: accessToken },
  { baseUrl: `https://user:${partnerKey}@proxy.example/?t=${encodeURIComponent(accessToken)}` },
  { baseUrl: `http://proxy.example/${partnerKey}` },
  { baseUrl: partnerKey },
])("a secret in the wrong option is not shown: %#", async (wrong) => {
  const make = async () => await Promise.resolve(new MediaManager({ ...CREDENTIALS, ...wrong } as never));
  const { error } = await settle(make());
  expect(error).toMatchObject({ name: "InvalidInputError" });
  expectNone((error as Error).message, [partnerKey, accessToken, encodeURIComponent(partnerKey)]);
});
