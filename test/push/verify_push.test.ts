import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidInputError } from "../../src/errors.ts";
import { verifyPush } from "../../src/push/mod.ts";
import { credentials, signPush, videoUploadPush } from "./sign_push.ts";
import { runs } from "../support/full.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const body = videoUploadPush();

function verify(signature: string | null | undefined, content = body): Promise<boolean> {
  return verifyPush({ body: bytes(content), authorization: signature, ...credentials });
}

test("a known answer, computed with openssl", async () => {
  const genuine = await verifyPush({
    body: bytes('{"code":11}'),
    authorization: "800bcc6d76cec9075ec80fe0ba003ae3735e0e1c81c46767065b70014606515d",
    pushPartnerKey: "push-key",
    callbackUrl: "https://shop.example/pushes",
  });
  expect(genuine).toBe(true);
});

test("the signature of the raw body is right", async () => {
  expect(await verify(signPush(body))).toBe(true);
});

describe("a signature is wrong", () => {
  const reserialised = JSON.stringify(JSON.parse(body), null, 1);
  const sign = signPush(body);

  test.each([
    ["over a re-serialised body", signPush(reserialised)],
    ["with the prefix Bearer", `Bearer ${sign}`],
    ["with the prefix sha256=", `sha256=${sign}`],
    ["in upper case", sign.toUpperCase()],
    ["with a space before it", ` ${sign}`],
    ["with a line feed after it", `${sign}\n`],
    ["twice", `${sign}, ${sign}`],
    ["cut short", sign.slice(0, -2)],
    ["with two digits more", `${sign}00`],
    ["with the API key instead of the push key", signPush(body, { ...credentials, pushPartnerKey: "api key" })],
    ["with another URL", signPush(body, { ...credentials, callbackUrl: "https://shop.example/shopee/pushes" })],
    ["over the body without the URL", signPush(body, { ...credentials, callbackUrl: "" })],
    ["empty", ""],
    ["null", null],
    ["undefined", undefined],
  ])("%s", async (_name, signature) => {
    expect(await verify(signature)).toBe(false);
  });

  test("over an empty body, though it is the right one", async () => {
    expect(await verify(signPush(""), "")).toBe(false);
  });
});

test("any body verifies with its signature, and with one bit flipped in either it does not", async () => {
  const flip = (source: Uint8Array, bit: number) => {
    const flipped = source.slice();
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    return flipped;
  };

  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 2_000 }),
      fc.string({ minLength: 1, unit: "binary" }),
      fc.webUrl({ withQueryParameters: true }),
      fc.nat(),
      async (content, pushPartnerKey, callbackUrl, anyBit) => {
        const keys = { pushPartnerKey, callbackUrl };
        const signature = signPush(content, keys);
        const check = (body: Uint8Array, authorization: string) => verifyPush({ body, authorization, ...keys });

        expect(await check(content, signature)).toBe(true);
        expect(await check(flip(content, anyBit % (content.length * 8)), signature)).toBe(false);
        // Also a bit of the header's text: it makes another hex digit, or none.
        const header = flip(bytes(signature), anyBit % (signature.length * 8));
        expect(await check(content, String.fromCharCode(...header))).toBe(false);
        // And a bit of the digest that the hex stands for.
        const digest = flip(Uint8Array.from(Buffer.from(signature, "hex")), anyBit % 256);
        expect(await check(content, Buffer.from(digest).toString("hex"))).toBe(false);
      },
    ),
    { numRuns: runs(300) },
  );
});

test.each([
  ["pushPartnerKey", { pushPartnerKey: "" }],
  ["callbackUrl", { callbackUrl: "" }],
  ["callbackUrl", { callbackUrl: "/shopee/pushes" }],
  ["body", { body: body as unknown as Uint8Array }],
])("a wrong %s is named", async (name, wrong) => {
  const options = { body: bytes(body), authorization: signPush(body), ...credentials, ...wrong };
  await expect(verifyPush(options)).rejects.toThrow(InvalidInputError);
  await expect(verifyPush(options)).rejects.toThrow(name);
});
