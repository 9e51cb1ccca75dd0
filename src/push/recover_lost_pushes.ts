import { raceSignal } from "../async/signals.ts";
import { InvalidInputError, ShopeeMediaError } from "../errors.ts";
import { checkFunction, checkKnownOptions, checkSignal, describeValue, refuseOption } from "../options.ts";
import { LOST_PUSH_PATHS } from "../platform/endpoints.ts";
import { parseVideoUploadPush } from "./parse_video_upload_push.ts";
import type { OtherPush, VideoUploadPush } from "./video_upload_push.ts";

/** As much of a `MediaManager` as {@linkcode recoverLostPushes} needs. */
export interface LostPushCaller {
  /** Makes a call of the platform. */
  call(request: LostPushCall, options: { signal?: AbortSignal | undefined }): Promise<{ response: unknown }>;
}

/** A call that {@linkcode recoverLostPushes} makes. */
export interface LostPushCall {
  /** HTTP method. */
  method: "POST";
  /** Path. */
  path: string;
  /** What is sent as JSON. */
  body: object;
  /** It is signed without an access token. */
  auth: "public";
  /** It does no harm twice. */
  idempotent: true;
}

/** Who takes pushes: an inbox of `createPushInbox`, a handler of `createPushHandler`, or a function of your own. */
export interface PushTaker {
  /** Takes a push. One that it fails with, or rejects with, stays at Shopee. */
  deliver(push: VideoUploadPush): unknown;
}

/** Options of {@linkcode recoverLostPushes}. */
export interface RecoverLostPushesOptions {
  /**
   * Called with every lost push that is not about a video: Shopee keeps those of the whole app in one list, and confirms them
   * together. A promise is awaited. `handler.deliver` does with them what the handler would have done.
   *
   * @default none of such a page is confirmed, and the call fails once those about videos were handed on
   */
  onOtherPush?: ((push: OtherPush) => unknown) | undefined;
  /**
   * Called with a lost push that cannot be read, and why. A promise is awaited. It is confirmed then, with the rest.
   *
   * @default logs it with `console.error`
   */
  onRejected?: ((rejection: LostPushRejection) => unknown) | undefined;
  /** Ends it at once; what was handed on and not confirmed comes again the next time. */
  signal?: AbortSignal | undefined;
}

/** A lost push that cannot be read. */
export interface LostPushRejection {
  /** Why. */
  reason: string;
  /** What Shopee has of it. */
  message: unknown;
}

/** What {@linkcode recoverLostPushes} has done. */
export interface RecoveredPushes {
  /** Pushes that were handed on and confirmed. */
  recovered: number;
  /** Pushes that could not be read, and were confirmed after `onRejected` was told. */
  rejected: number;
}

const NAMES: Readonly<Record<keyof RecoverLostPushesOptions, true>> = {
  onOtherPush: true,
  onRejected: true,
  signal: true,
};

/**
 * Fetches the pushes that Shopee could not deliver, hands them on, and only then confirms them. Shopee keeps them for three
 * days: call it when a server starts that was down, and now and then, since what was missed never comes by itself.
 *
 * A push is delivered once, whether it was lost, came late or came twice: an inbox and a handler know what they had before.
 * With an inbox that is all that who waits can see; with a handler its callbacks are called for what is new alone.
 *
 * Shopee answers the earliest hundred until they are confirmed, all together. So each hundred is handed on, one push after the
 * other, and confirmed, before the next is asked for. Should one fail, the others are handed on all the same, and nothing of
 * that hundred is confirmed: all of it comes again the next time.
 *
 * @param media Makes the calls: a `MediaManager`, which needs neither a shop nor a token for these.
 * @param to Who takes the pushes: an inbox, or a handler.
 * @param options Who takes the others, who is told of what cannot be read, and a signal.
 * @returns How many there were.
 * @throws {InvalidInputError} An option cannot work; or there are pushes about something else, which nobody takes.
 * @throws What `to`, `onOtherPush` or `onRejected` fails with, the first of them.
 * @throws {ShopeeApiError} Shopee refused a call.
 * @throws {TransportError} No usable answer came. Should that of the confirmation be lost, the next time does no harm.
 * @throws The signal's reason, when it fires.
 * @example
 * ```ts
 * import { MediaManager } from "shopee-media";
 * import { createEmulator } from "shopee-media/emulator";
 * import { createPushInbox, recoverLostPushes } from "shopee-media/push";
 *
 * const push = { callbackUrl: "https://shop.example/shopee/pushes" };
 * const emulator = await createEmulator({ push, faults: ["push:drop"] });
 * const media = new MediaManager({ ...emulator.credentials, fetch: emulator.fetch });
 * const file = { business: 3, scene: 1, file_name: "a.mp4", file_size: 3, duration: 12 };
 * const { response: { video_upload_id } } = await media.initMediaVideoUpload(file);
 * await media.cancelMediaVideoUpload({ video_upload_id }); // the push about that gets lost
 *
 * const pushes = createPushInbox();
 * const { recovered } = await recoverLostPushes(media, pushes);
 * const { status } = await pushes.wait(video_upload_id, { signal: AbortSignal.timeout(10_000) });
 * console.assert(recovered === 1 && status === "CANCELLED");
 * await emulator.close();
 * ```
 * @see https://open.shopee.com/developer-guide/18
 */
export async function recoverLostPushes(
  media: LostPushCaller,
  to: PushTaker,
  options: RecoverLostPushesOptions = {},
): Promise<RecoveredPushes> {
  checkKnownOptions("recoverLostPushes", options, Object.keys(NAMES));
  const { onOtherPush, onRejected = logRejection, signal } = options;
  checkFunction("onOtherPush", onOtherPush);
  checkFunction("onRejected", onRejected);
  checkSignal("signal", signal);
  if (typeof media?.call !== "function") refuseOption("media", "a MediaManager", describeValue(media));
  if (typeof to?.deliver !== "function") refuseOption("inbox", "one of createPushInbox", describeValue(to));

  const call = async (path: string, body: object) => {
    const { response } = await media.call({ method: "POST", path, body, auth: "public", idempotent: true }, { signal });
    return response;
  };
  const total = { recovered: 0, rejected: 0 };
  let confirmed: MessageId | undefined;
  while (true) {
    signal?.throwIfAborted();
    const { messages, hasMore, lastId } = readPage(await call(LOST_PUSH_PATHS.get, {}));
    if (messages.length === 0) return total;
    if (lastId === confirmed) throw unusable("still has pushes that were confirmed", true);
    const { recovered, rejected } = await handOn(messages, { to, onOtherPush, onRejected, signal });
    await call(LOST_PUSH_PATHS.confirm, { last_message_id: lastId });
    total.recovered += recovered;
    total.rejected += rejected;
    confirmed = lastId;
    if (!hasMore) return total;
  }
}

interface HandOnOptions extends RecoverLostPushesOptions {
  to: PushTaker;
  onRejected: (rejection: LostPushRejection) => unknown;
}

/**
 * Hands on all pushes of a page, in their order.
 *
 * @throws The first error of those who take them, or that nobody takes one: then the page must not be confirmed.
 */
async function handOn(
  messages: readonly unknown[],
  { to, onOtherPush, onRejected, signal }: HandOnOptions,
): Promise<RecoveredPushes> {
  const failures: unknown[] = [];
  const untaken = new Set<number>();
  let rejected = 0;

  async function take(message: unknown): Promise<void> {
    const push = readMessage(message);
    if (push.kind === "unread") {
      rejected += 1;
      await onRejected({ reason: push.reason, message });
    } else if (push.kind === "video_upload") await to.deliver(push);
    else if (onOtherPush === undefined) untaken.add(push.code);
    else await onOtherPush(push);
  }

  for (const message of messages) {
    signal?.throwIfAborted();
    await raceSignal(take(message), signal).catch((error) => {
      signal?.throwIfAborted();
      failures.push(error);
    });
  }
  if (failures.length > 0) throw failures[0];
  if (untaken.size > 0) {
    const codes = [...untaken].join(", ");
    throw new InvalidInputError(
      `Cannot confirm the lost pushes: some are not about videos (code ${codes}), and nobody takes them: give onOtherPush`,
    );
  }
  return { recovered: messages.length - rejected, rejected };
}

function logRejection({ reason, message }: LostPushRejection): void {
  console.error(reason, message);
}

/** Names all messages of a page, and those before it. */
type MessageId = string | number;

interface Page {
  messages: readonly unknown[];
  hasMore: boolean;
  lastId: MessageId | undefined;
}

function readPage(response: unknown): Page {
  const { push_message_list: list, has_next_page, last_message_id: id } = fieldsOf(response);
  const messages = list ?? [];
  const hasMore = has_next_page === true;
  if (!Array.isArray(messages)) throw unusable("has no list of pushes in its answer");
  if (messages.length === 0) {
    if (hasMore) throw unusable("tells of pushes, and has none in its answer");
    return { messages, hasMore, lastId: undefined };
  }
  // One that JSON could not hold exactly might confirm what has not been told yet.
  if (typeof id === "string" && id !== "" || Number.isSafeInteger(id)) {
    return { messages, hasMore, lastId: id as MessageId };
  }
  throw unusable("has no last_message_id in its answer, by which they could be confirmed");
}

function unusable(what: string, retryable = false): ShopeeMediaError {
  return new ShopeeMediaError(`Cannot recover the lost pushes: Shopee ${what}`, { retryable });
}

/** A push of the list: its `data` is the whole push, as text. */
function readMessage(message: unknown): VideoUploadPush | OtherPush | { kind: "unread"; reason: string } {
  const { data } = fieldsOf(message);
  if (typeof data !== "string") return { kind: "unread", reason: "Cannot read the push: its data is not a text" };
  try {
    return parseVideoUploadPush(data);
  } catch (error) {
    return { kind: "unread", reason: (error as Error).message };
  }
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
}
