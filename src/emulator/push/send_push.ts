import { linkSignals, raceSignal } from "../../async/signals.ts";
import { InvalidInputError } from "../../errors.ts";
import { runtime } from "../../runtime.ts";
import { checkOptions, isText, type Rules, SECRET } from "../check_options.ts";
import type { Clock } from "../clock.ts";
import { mediaSpaceVideoInfo, mediaVideoInfo } from "../files/media_info.ts";
import { isFinished, statusOf, type UploadSession } from "../session/upload_session.ts";

/**
 * How the emulator tells by itself what became of a video.
 *
 * @see https://open.shopee.com/developer-guide/18
 * @example
 * ```ts
 * import { createEmulator } from "shopee-media/emulator";
 * import { createPushHandler, createPushInbox } from "shopee-media/push";
 *
 * const pushes = createPushInbox();
 * const push = { callbackUrl: "https://shop.example/shopee/pushes", pushPartnerKey: "a key for tests" };
 * const handler = createPushHandler({ ...push, onVideoUpload: pushes.deliver });
 *
 * const emulator = await createEmulator({ push: { ...push, fetch: handler } });
 * console.assert(await emulator.pushes.sendTest() === 200);
 * await emulator.close();
 * ```
 */
export interface PushOptions {
  /** Where pushes go, as it would be registered in the console: it is signed byte for byte. */
  callbackUrl: string;
  /** Key that signs pushes; it is another one than that of the API. @default made up */
  pushPartnerKey?: string | undefined;
  /**
   * Sends a push. A handler of `createPushHandler` will do, and then no server is needed.
   *
   * @default the global `fetch`
   */
  fetch?: ((request: Request) => Promise<Response>) | undefined;
}

const RULES: Rules<PushOptions> = {
  // Its query may hold a secret.
  callbackUrl: ["a URL of http or https", isHttpUrl, "secret"],
  pushPartnerKey: SECRET,
  fetch: ["a function", (value) => typeof value === "function"],
};

function isHttpUrl(value: unknown): boolean {
  return isText(value) && /^https?:/i.test(value) && URL.canParse(value);
}

/**
 * Checks options of pushes.
 *
 * @throws {InvalidInputError} When one is unknown or not what it must be, or `callbackUrl` is missing.
 */
export function checkPushOptions(options: PushOptions): void {
  const { callbackUrl } = checkOptions("push", options, RULES);
  if (callbackUrl === undefined) throw new InvalidInputError("The push needs a callbackUrl");
}

/** What {@linkcode sendPush} needs besides the body. */
export interface SendPushOptions extends PushOptions {
  /** Key that signs. */
  pushPartnerKey: string;
  /** Ends the waiting. */
  closing: AbortSignal;
}

/** Milliseconds within which a push must be answered. */
const PATIENCE = 3000;

/**
 * Signs a push and sends it, once.
 *
 * @returns HTTP status that was answered; 0 when there was no answer in time.
 */
export async function sendPush(body: string, options: SendPushOptions): Promise<number> {
  const { callbackUrl, pushPartnerKey, closing, fetch = globalThis.fetch } = options;
  const { signal, abort, release } = linkSignals(closing);
  const timer = runtime.setTimer(() => abort(new Error("The push was not answered in time")), PATIENCE);
  try {
    const sign = runtime.hmacSha256(pushPartnerKey);
    const request = new Request(callbackUrl, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Authorization": await sign(`${callbackUrl}|${body}`) },
      body,
      redirect: "manual",
      signal,
    });
    const response = await raceSignal(Promise.resolve(fetch(request)), signal);
    await response.body?.cancel();
    return response.status;
  } catch {
    return 0;
  } finally {
    runtime.clearTimer(timer);
    release();
  }
}

/** What {@linkcode pushBody} needs besides the session. */
export interface PushBodyOptions {
  /** Time of the platform. */
  clock: Clock;
  /** The shop of a video that no shop has signed for. */
  shopId: number;
  /** Where the emulator was called: the URLs of the video begin with it. */
  origin: string;
}

/** The body of the push that tells how an upload has ended. */
export function pushBody(session: UploadSession, { clock, shopId, origin }: PushBodyOptions): string {
  const timestamp = clock.seconds();
  return session.module === "media"
    ? JSON.stringify({ data: mediaData(session, origin), code: 38, timestamp })
    : JSON.stringify({ data: mediaSpaceData(session, origin), shop_id: session.shopId ?? shopId, code: 11, timestamp });
}

function mediaData(session: UploadSession, origin: string): object {
  const { id, message, updateTime } = session;
  return {
    video_upload_id: id,
    status: statusOf(session),
    reason: message,
    update_time: updateTime,
    ...(isFinished(session) && { video_info: mediaVideoInfo(session, origin) }),
  };
}

/** The lists have other names than in the answer of `get_video_upload_result`. */
function mediaSpaceData(session: UploadSession, origin: string): object {
  const { id, message } = session;
  const data = { video_upload_id: id, status: statusOf(session), message };
  if (!isFinished(session)) return data;
  const { video_url_list, thumbnail_url_list, duration } = mediaSpaceVideoInfo(session, origin);
  return {
    ...data,
    video_info: {
      video_id: id.replace(/^sg_/, "sg_video_"),
      video_url: video_url_list,
      thumbnail_url: thumbnail_url_list,
      duration,
    },
  };
}
