import { expect, test } from "vitest";
import {
  type CallOptions,
  createMemoryStore,
  createRefreshingToken,
  MediaManager,
  type MediaManagerOptions,
  type RefreshingTokenOptions,
  type ShopOptions,
} from "../../mod.ts";
import { checkFunction, checkKnownOptions, checkSignal } from "../../src/options.ts";
import { CREDENTIALS, managerFor } from "../support/manager_for.ts";
import { CALL_NAMES, EVERY_CALL } from "../support/every_call.ts";
import { startRecordingServer } from "../support/recording_server.ts";
import { settle } from "../support/settle.ts";

const NAMES = ["module", "concurrency", "size", "md5", "onProgress", "poll"];

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toMatchObject({ name: "InvalidInputError" });
    return (error as Error).message;
  }
  throw new Error("It was to throw");
}

test.each([
  ["concurency", "concurrency"],
  ["Concurrency", "concurrency"],
  ["on_progress", "onProgress"],
  ["onProgres", "onProgress"],
  ["MD5", "md5"],
  ["sizes", "size"],
  ["moduel", "module"],
])("%s is unknown, and %s was probably meant", (name, meant) => {
  expect(messageOf(() => checkKnownOptions("createVideoUploadSink", { [name]: 1 }, NAMES))).toBe(
    `createVideoUploadSink has no option ${name} (did you mean ${meant}?): it has ${NAMES.join(", ")}`,
  );
});

test.each(["chunkSize", "x", "md", "parts", "signal"])("%s is unknown, and like none that is known", (name) => {
  expect(messageOf(() => checkKnownOptions("poll", { [name]: 1 }, NAMES))).toBe(
    `poll has no option ${name}: it has ${NAMES.join(", ")}`,
  );
});

test("known names are fine, and so is what is undefined, or stands in a prototype", () => {
  const options = Object.assign(Object.create({ inherited: 1 }), { size: null, md5: undefined, other: undefined });
  expect(() => checkKnownOptions("poll", options, NAMES)).not.toThrow();
  expect(() => checkKnownOptions("poll", {}, NAMES)).not.toThrow();
});

test.each<[string, unknown]>([
  ["left out", undefined],
  ["null", null],
  ["5000", 5000],
  ["a text", "secret"],
  ["an array", []],
  ["a promise: await it first", Promise.resolve({})],
  ["a function", () => {}],
])("options that are %s are refused", (shown, options) => {
  expect(messageOf(() => checkKnownOptions("poll", options, NAMES))).toBe(
    `The options of poll must be an object with ${NAMES.join(", ")}, not ${shown}`,
  );
});

test("what has to be a function, or a signal", () => {
  for (const right of [undefined, () => {}]) checkFunction("onProgress", right);
  expect(messageOf(() => checkFunction("onProgress", "log"))).toBe(`The onProgress must be a function, not "log"`);
  const controller = new AbortController();
  for (const right of [undefined, controller.signal]) checkSignal("signal", right);
  expect(messageOf(() => checkSignal("signal", controller))).toBe(
    "The signal must be an AbortSignal, not an AbortController: give its signal",
  );
  expect(messageOf(() => checkSignal("signal", null))).toBe("The signal must be an AbortSignal, not null");
});

/** Makes a manager with options that TypeScript would not let pass. */
const manager = (options: unknown) => () => new MediaManager(options as MediaManagerOptions);
const credentials = { ...CREDENTIALS };

test.each<[what: string, make: () => unknown, said: RegExp]>([
  ["nothing", manager(undefined), /MediaManager must be an object with partnerId, partnerKey, .*, not left out$/],
  ["a text", manager(CREDENTIALS.partnerKey), /MediaManager must be an object with partnerId, .*, not a text$/],
  ["another name", manager({ ...credentials, acessToken: "t" }), /acessToken \(did you mean accessToken\?\)/],
  ["a name in another style", manager({ ...credentials, partner_id: 1 }), /partner_id \(did you mean partnerId\?\)/],
  [
    "another name of retry",
    manager({ ...credentials, retry: { limt: 1 } }),
    /^retry has no option limt \(did you mean limit/,
  ],
  [
    "another name of timeout",
    manager({ ...credentials, timeout: { connect: 1 } }),
    /^timeout has no option connect: it/,
  ],
  [
    "a timeout that is a number",
    manager({ ...credentials, timeout: 5000 }),
    /timeout must be an object with .*, not 5000$/,
  ],
  ["a retry that is null", manager({ ...credentials, retry: null }), /retry must be an object with .*, not null$/],
  ["a fetch that is none", manager({ ...credentials, fetch: "undici" }), /The fetch must be a function, not "undici"$/],
  [
    "an onRequest that is none",
    manager({ ...credentials, onRequest: {} }),
    /onRequest must be a function, not an object$/,
  ],
  [
    "a switch that is none",
    manager({ ...credentials, allowInsecureHttp: 1 }),
    /allowInsecureHttp must be true or false, not 1/,
  ],
  ["a token as a function", manager({ ...credentials, accessToken: () => "t" }), /get and refresh, not a function$/],
  [
    "a token as a promise",
    manager({ ...credentials, accessToken: Promise.resolve("t") }),
    /not a promise: await it first$/,
  ],
  ["half a source", manager({ ...credentials, accessToken: { get: () => "t" } }), /get and refresh, not an object$/],
  [
    "another name for forShop",
    () => new MediaManager(CREDENTIALS).forShop({ shopID: 1, accessToken: "t" } as unknown as ShopOptions),
    /^forShop has no option shopID \(did you mean shopId\?\)/,
  ],
  [
    "nothing for forShop",
    () => new MediaManager(CREDENTIALS).forShop(undefined as unknown as ShopOptions),
    /forShop must be an object with shopId, accessToken, not left out$/,
  ],
])("%s is refused with a sentence that helps, and without a secret", (_, make, said) => {
  const message = messageOf(make);
  expect(message).toMatch(said);
  expect(message).not.toContain(CREDENTIALS.partnerKey);
});

test("the credentials of an emulator, or of a store, may be given whole", () => {
  const whole = { ...CREDENTIALS, refreshToken: "r", pushPartnerKey: "p" };
  const media = new MediaManager(whole);
  media.forShop({ ...{ shopId: 2, accessToken: "t", refreshToken: "r" } });
  createRefreshingToken({ ...whole, store: createMemoryStore() });
});

test.each<[what: string, wrong: Record<string, unknown>, said: RegExp]>([
  ["another name", { refresh_token: "r" }, /refresh_token \(did you mean refreshToken\?\)/],
  ["no store", { store: undefined }, /store with the functions get and set, not left out$/],
  ["a store that is none", { store: new Map([["get", 1]]).keys() }, /get and set, not an object$/],
  ["an empty key", { key: "" }, /The key must be a text that is not empty, not ""$/],
  ["a negative leeway", { leeway: -1 }, /The leeway must be a whole number from 0, not -1$/],
  ["no shop", { shopId: undefined }, /shopId/],
  ["a token of another kind", { refreshToken: 5 }, /refreshToken must be a string/],
])("createRefreshingToken refuses %s", (_, wrong, said) => {
  const options = { ...CREDENTIALS, store: createMemoryStore(), ...wrong } as unknown as RefreshingTokenOptions;
  expect(messageOf(() => createRefreshingToken(options))).toMatch(said);
});

test.each(CALL_NAMES)("%s refuses options that it does not know, and sends nothing", async (name) => {
  const server = await startRecordingServer();
  const media = managerFor(server);
  const call = async (options: unknown) => {
    // The calls of the list give none.
    const withOptions = new Proxy(media, {
      get: (target, key) => (params: never) => (target[key as typeof name] as Call).call(target, params, options),
    });
    return (await settle(EVERY_CALL[name](withOptions))).error;
  };
  type Call = (params: never, options: unknown) => Promise<unknown>;
  expect(await call({ sginal: AbortSignal.abort() })).toMatchObject({
    name: "InvalidInputError",
    message: "a call has no option sginal (did you mean signal?): it has signal, onSent",
  });
  for (const wrong of [{ signal: new AbortController() }, { onSent: 1 }, null, new AbortController().signal]) {
    expect(await call(wrong)).toMatchObject({ name: "InvalidInputError" });
  }
  expect(server.requests).toEqual([]);
  expect(await call({} satisfies CallOptions)).toBeUndefined();
});
