import { expect, test } from "vitest";
import { createSecretWatch } from "../../support/secret_watch.ts";

const SECRET = "canary+key/with=signs";

test.each<[string, unknown]>([
  ["a message", new Error(`It was ${SECRET}`)],
  ["a cause of a cause", new Error("a", { cause: new Error("b", { cause: { url: `https://x/?sign=${SECRET}` } }) })],
  ["a hidden property", Object.defineProperty(new Error("a"), "request", { value: { deep: [{ key: SECRET }] } })],
  ["a URL-encoded form", { url: `?key=${encodeURIComponent(SECRET)}` }],
  ["a symbol", { [Symbol("options")]: SECRET }],
  ["an array of errors", [{ error: new AggregateError([new Error(SECRET)]) }]],
])("the matrix would see a secret in %s", (_, value) => {
  const watch = createSecretWatch();
  watch.add(SECRET);
  watch.seen("clean thing", new Error("nothing"));
  expect(watch.leaks()).toEqual([]);
  watch.seen("leaky thing", value);
  expect(watch.leaks()).toEqual(["leaky thing"]);
});
