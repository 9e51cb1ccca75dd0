import { callBack } from "../async/call_back.ts";
import { sleep } from "../async/sleep.ts";
import { InvalidInputError } from "../errors.ts";
import { checkKnownOptions, checkWholeNumber, refuseOption } from "../options.ts";
import { runtime } from "../runtime.ts";
import { deliverOnce } from "./deliver_once.ts";
import { checkWebRequest } from "./to_web_request.ts";
import { parseVideoUploadPush } from "./parse_video_upload_push.ts";
import { checkPushCredentials, type PushCredentials, verifyPush } from "./verify_push.ts";
import type { OtherPush, VideoUploadPush } from "./video_upload_push.ts";

/** Options of {@linkcode createPushHandler}. */
export interface PushHandlerOptions extends PushCredentials {
  /**
   * Called with what became of a video, once for each video and status in the life of this handler. A promise is awaited.
   *
   * If it fails before the answer is due, Shopee gets 500 and sends the push again, after 5, 30 and 180 minutes; if it
   * fails later, Shopee has had its 200. `onError` is called in both cases.
   */
  onVideoUpload: (push: VideoUploadPush) => unknown;
  /** Called with every other push, duplicates included, and with the same answers. @default they get 200 and are dropped */
  onOtherPush?: ((push: OtherPush) => unknown) | undefined;
  /**
   * Called with what a callback failed with, and with the error of a genuine push that cannot be read: without `push`, then.
   * What it fails with itself is logged with `console.error`.
   *
   * @default logs the error with `console.error`
   */
  onError?: ((error: unknown, push?: VideoUploadPush | OtherPush) => void) | undefined;
  /**
   * Called with why a request was refused. Of a wrong signature it tells, where that can be found out, for which other URL
   * or with which other key the push was signed. What it fails with changes no answer: `onError` is told.
   *
   * @default nobody is told
   */
  onRejected?: ((rejection: PushRejection) => void) | undefined;
  /** The app's key for API calls: only for `onRejected` to tell that a push was signed with it. */
  partnerKey?: string | undefined;
  /** Bytes that a body may have. @default 262_144 */
  maxBodySize?: number | undefined;
  /**
   * Keeps a platform that stops after the answer awake until a slow callback is done: `waitUntil` of
   * `cloudflare:workers` or `@vercel/functions`.
   *
   * @default servers go on by themselves
   */
  waitUntil?: ((work: Promise<void>) => void) | undefined;
}

/** All names, as a record so that none can be left out. */
const NAMES: Readonly<Record<keyof PushHandlerOptions, true>> = {
  pushPartnerKey: true,
  callbackUrl: true,
  onVideoUpload: true,
  onOtherPush: true,
  onError: true,
  onRejected: true,
  partnerKey: true,
  maxBodySize: true,
  waitUntil: true,
};

/** A request that was refused. */
export interface PushRejection {
  /** HTTP status of the answer. */
  status: number;
  /** Why, and what would be right, without any key or URL in it. */
  reason: string;
}

/** Answers the requests that come to the callback URL. */
export interface PushHandler {
  /** Returns the response to a request. */
  (request: Request): Promise<Response>;
  /**
   * Hands on a push that came in another way, by the same judgement: one that was delivered before is not delivered again.
   * `recoverLostPushes(media, handler)` does so with lost ones. It needs no `this`.
   *
   * @param push A push that is known to be Shopee's.
   * @throws What the callback fails with, of which `onError` is told, too.
   */
  deliver(this: void, push: VideoUploadPush | OtherPush): Promise<void>;
}

/** Shopee gives up after 3 s: this leaves half a second for the network. */
const ANSWER_AFTER_MS = 2_500;

/**
 * Makes the function that answers Shopee's pushes: a `Request` → `Response` function for any server.
 *
 * | request | answer |
 * | --- | --- |
 * | not a `POST` | 405 |
 * | more bytes than `maxBodySize`, read no further | 413 |
 * | cut off | 400 |
 * | whose body does not come within 2.5 s | 408 |
 * | empty, unsigned or with a wrong signature; nothing of it is parsed | 401 |
 * | genuine, and the callback fails within 2.5 s | 500: Shopee sends it again |
 * | genuine otherwise, at the latest after 2.5 s; and the test request that the console sends on registration | 200 |
 *
 * Every answer has an empty body. Duplicates are known by the memory of this handler: two processes, or one that was
 * started again, may be called twice.
 *
 * @param options Credentials of the console's push page, and the callbacks.
 * @returns The handler. It rejects only if the request's body was read before, or if it is no web `Request`
 * ({@linkcode toWebRequest} makes one of Express's or Node's).
 * @throws {InvalidInputError} If an option cannot work.
 * @example
 * ```ts
 * import { createPushHandler, createPushInbox } from "shopee-media/push";
 *
 * const pushes = createPushInbox();
 * const handler = createPushHandler({
 *   pushPartnerKey: "the Live Push Partner Key of the console",
 *   callbackUrl: "https://shop.example/shopee/pushes",
 *   onVideoUpload: pushes.deliver,
 * });
 *
 * const response = await handler(new Request("http://localhost/shopee/pushes"));
 * console.assert(response.status === 405);
 * ```
 * @see https://open.shopee.com/developer-guide/18
 */
export function createPushHandler(options: PushHandlerOptions): PushHandler {
  checkKnownOptions("createPushHandler", options, Object.keys(NAMES));
  const { pushPartnerKey, callbackUrl, onVideoUpload, onOtherPush, onRejected, partnerKey, waitUntil } = options;
  const { onError = (error) => console.error(error), maxBodySize = 262_144 } = options;
  checkPushCredentials(options);
  checkWholeNumber("maxBodySize", maxBodySize, { from: 1 });
  if (partnerKey !== undefined && typeof partnerKey !== "string") {
    // It is not shown: it may be the key, in another form.
    refuseOption("partnerKey", "a text", `a ${typeof partnerKey}`);
  }

  const deliverVideoUpload = deliverOnce((push) => tell(push, onVideoUpload));

  async function tell<Push extends VideoUploadPush | OtherPush>(push: Push, callback: (push: Push) => unknown) {
    try {
      await callback(push);
    } catch (error) {
      fail(error, push);
      throw error;
    }
  }

  /** A listener that fails itself takes nobody's answer away. */
  function fail(...told: [error: unknown, push?: VideoUploadPush | OtherPush]): void {
    callBack(() => onError(...told), undefined, (failure) => console.error(failure));
  }

  async function deliver(push: VideoUploadPush | OtherPush): Promise<void> {
    if (push.kind === "video_upload") return await deliverVideoUpload(push);
    if (onOtherPush) await tell(push, onOtherPush);
  }

  function reject(status: number, reason: string): Response {
    callBack(onRejected, { status, reason }, fail);
    return new Response(null, { status, ...(status === 405 && { headers: { allow: "POST" } }) });
  }

  async function handlePush(request: Request): Promise<Response> {
    const arrived = runtime.elapsed();
    checkWebRequest(request);
    if (request.method !== "POST") return reject(405, `it was a ${request.method}; Shopee sends a POST`);

    const body = await readBody(request, maxBodySize);
    if (typeof body === "number") return reject(body, UNREAD[body]);
    if (isConsoleTestRequest(body)) return answer(200);
    const authorization = request.headers.get("authorization");
    const signed = { body, authorization, pushPartnerKey, callbackUrl };
    if (!await verifyPush(signed)) {
      return reject(401, onRejected ? await explainSignature(signed, { partnerKey, url: request.url }) : "");
    }

    let push: VideoUploadPush | OtherPush;
    try {
      push = parseVideoUploadPush(body);
    } catch (error) {
      fail(error);
      // It would come back just as unreadable, and Shopee switches off callback URLs that fail often: for all pushes.
      return answer(200);
    }

    const delivery = deliver(push);
    waitUntil?.(delivery.catch(() => {}));
    return await answerInTime(delivery, ANSWER_AFTER_MS - (runtime.elapsed() - arrived));
  }

  return Object.assign(handlePush, { deliver });
}

/** Why a body was not read to its end. */
const UNREAD = {
  400: "its body broke off",
  408: "its body did not come in time",
  413: "its body is larger than maxBodySize",
} as const;

/**
 * Reads the raw body of a request, but stops as soon as it is larger than `limit`, whatever `Content-Length` says, and when
 * the time to answer is over.
 *
 * @returns The bytes, or the HTTP status to refuse the request with.
 */
async function readBody(request: Request, limit: number): Promise<Uint8Array | keyof typeof UNREAD> {
  if (request.bodyUsed) {
    throw new InvalidInputError(
      "Cannot verify pushes: the request's body was read before, let no body parser see it: the raw bytes are signed",
    );
  }
  if (!request.body) return new Uint8Array();
  if (Number(request.headers.get("content-length")) > limit) {
    await request.body.cancel();
    return 413;
  }

  const reader = request.body.getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let isLate = false;
  const timer = runtime.setTimer(() => {
    isLate = true;
    reader.cancel().catch(() => {});
  }, ANSWER_AFTER_MS);
  try {
    let size = 0;
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      size += step.value.byteLength;
      if (size > limit) {
        await reader.cancel();
        return 413;
      }
      chunks.push(step.value);
    }
  } catch {
    return isLate ? 408 : 400;
  } finally {
    runtime.clearTimer(timer);
  }
  return isLate ? 408 : new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/** Finds out what a push was signed with instead. */
async function explainSignature(
  signed: Parameters<typeof verifyPush>[0],
  { partnerKey, url }: { partnerKey: string | undefined; url: string },
): Promise<string> {
  if (!signed.authorization) return "it is not signed: it has no Authorization header";
  const { callbackUrl, pushPartnerKey } = signed;
  const keys = [
    [pushPartnerKey, ""],
    ...(partnerKey ? [[partnerKey, "with partnerKey instead of pushPartnerKey"]] : []),
  ];
  const [path, ...query] = callbackUrl.split("?");
  const slashed = path!.endsWith("/") ? path!.slice(0, -1) : `${path}/`;
  const urls = [
    [callbackUrl, ""],
    [[slashed, ...query].join("?"), "for callbackUrl with, or without, a slash at the end of its path"],
    [
      callbackUrl.replace(/^http(s?):/, (_, s) => s ? "http:" : "https:"),
      "for callbackUrl with the other of http: and https:",
    ],
    [path!, "for callbackUrl without its query"],
    [url, "for the URL that the request came to"],
    // Who speaks TLS in front of the server is seldom the server.
    [url.replace(/^http:/, "https:"), "for the URL that the request came to, with https:"],
  ];
  for (const [key, withKey] of keys) {
    for (const [otherUrl, forUrl] of urls) {
      if (!URL.canParse(otherUrl!)) continue;
      if (await verifyPush({ ...signed, pushPartnerKey: key!, callbackUrl: otherUrl! })) {
        return `it is signed ${[withKey, forUrl].filter(Boolean).join(", and ")}`;
      }
    }
  }
  return "its signature is wrong: it is not Shopee's, or callbackUrl or pushPartnerKey is not what the console has";
}

/**
 * What the console posts when a callback URL is registered, byte for byte as receivers recorded it. The space after the
 * full stop is missing there, too.
 */
const CONSOLE_TEST_BODY = new TextEncoder().encode(
  '{"code":0,"data":{"verify_info":"This is a Verification message.Please respond in the certain format."}}',
);

/**
 * Tells the console's test request by its bytes alone, so that nothing of an unverified body is parsed.
 *
 * Its signature cannot be relied on: the test runs before the form with the new push key is saved, and receivers found
 * none of their keys to match. The URL can be registered only if it gets 2xx all the same. That gives nothing away,
 * since the message says nothing and no callback is called.
 */
function isConsoleTestRequest(body: Uint8Array): boolean {
  return body.byteLength === CONSOLE_TEST_BODY.byteLength &&
    CONSOLE_TEST_BODY.every((byte, index) => byte === body[index]);
}

async function answerInTime(delivery: Promise<void>, ms: number): Promise<Response> {
  const answered = new AbortController();
  try {
    await Promise.race([delivery, sleep(ms, answered.signal)]);
    return answer(200);
  } catch {
    return answer(500);
  } finally {
    answered.abort();
  }
}

function answer(status: number): Response {
  return new Response(null, { status });
}
