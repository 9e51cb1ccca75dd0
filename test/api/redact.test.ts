import fc from "fast-check";
import { expect, test } from "vitest";
import { createRedaction } from "../../src/api/redact.ts";

const KEY = "k3y.with(signs)+";
const TOKEN = "t0ken-of-sixteen";

test.each<[what: string, secrets: string[], text: string, clean: string]>([
  ["nothing to hide", [], "all of it", "all of it"],
  ["an empty secret hides nothing", [""], "all of it", "all of it"],
  ["a secret, wherever it stands", [TOKEN], `x${TOKEN}y ${TOKEN}`, "x[secret]y [secret]"],
  [
    "signs of regular expressions are letters as all others",
    [KEY],
    `key=${KEY}; k3yxwith(signs)+`,
    "key=[secret]; k3yxwith(signs)+",
  ],
  [
    "a secret as a URL has it",
    ["a b+c/d=e&f"],
    "?t=a+b%2Bc%2Fd%3De%26f, ?t=a%20b%2Bc%2Fd%3De%26f",
    "?t=[secret], ?t=[secret]",
  ],
  ["the longest first", [TOKEN, `${TOKEN}-and-more`], `${TOKEN}-and-more ${TOKEN}`, "[secret] [secret]"],
  ["what a mask is made of is never masked again", [TOKEN, "secret"], `${TOKEN} secret`, "[secret] [secret]"],
  [
    "a short one is masked where it stands alone",
    ["token"],
    'token, "token", (token).',
    '[secret], "[secret]", ([secret]).',
  ],
  [
    "and is a part of words",
    ["token"],
    "Invalid access_token. tokens Tokén2token",
    "Invalid access_token. tokens Tokén2token",
  ],
  ["of any script", ["钥匙"], "钥匙 我的钥匙", "[secret] 我的钥匙"],
  ["one letter", ["e"], "the letter e", "the letter [secret]"],
])("%s", (_, secrets, text, clean) => expect(createRedaction(secrets).text(text)).toBe(clean));

test.each<[what: string, secret: string, code: string, shown: string]>([
  ["a known code is itself, whatever the token is", "token", "invalid_access_token", "invalid_access_token"],
  ["also where the token is long", "access_token", "invalid_access_token", "invalid_access_token"],
  ["also where the token is the code", "error_auth", "error_auth", "error_auth"],
  ["with a module, too", "common", "common.error_auth", "common.error_auth"],
  ["no other code is masked in part", "token", "error_token_of_tomorrow", "error_token_of_tomorrow"],
  ["a code with a secret in it is not shown", TOKEN, `error_${TOKEN}`, "[secret]"],
  ["nor as a module", TOKEN, `${TOKEN}.error_auth`, "[secret]"],
  ["nor one that is a short secret", "abc", "abc", "[secret]"],
])("code: %s", (_, secret, code, shown) => expect(createRedaction([secret]).code(code)).toBe(shown));

test("no long secret is left of any text, and no text without one is changed", () => {
  const secret = fc.string({ unit: "binary", minLength: 8, maxLength: 20 });
  fc.assert(
    fc.property(
      fc.array(secret, { minLength: 1, maxLength: 4 }),
      fc.array(fc.string({ unit: "binary" })),
      (secrets, texts) => {
        const { text } = createRedaction(secrets);
        const clean = text(texts.flatMap((text, index) => [text, secrets[index % secrets.length]!]).join(" "));
        // A mask between two halves cannot make a whole.
        for (const secret of secrets) expect(clean.split("[secret]").some((rest) => rest.includes(secret))).toBe(false);
        const plain = texts.join(" ");
        if (!secrets.some((secret) => plain.includes(secret))) expect(text(plain)).toBe(plain);
      },
    ),
  );
});
