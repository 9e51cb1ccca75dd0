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
  pushPartnerKey?: string;
  /**
   * Sends a push. A handler of `createPushHandler` will do, and then no server is needed.
   *
   * @default the global `fetch`
   */
  fetch?: (request: Request) => Promise<Response>;
}

/**
 * Checks options of pushes.
 *
 * @throws {TypeError} When `callbackUrl` is none.
 */
export function checkPushOptions({ callbackUrl }: PushOptions): void {
  if (/^https?:/i.test(callbackUrl) && URL.canParse(callbackUrl)) return;
  // The URL itself stays out of the message: its query may hold a secret.
  throw new TypeError("push.callbackUrl must be a URL of http or https");
}
