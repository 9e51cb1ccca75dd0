/** How the emulator tells by itself what became of a video. */
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
  throw new TypeError(`push.callbackUrl must be a URL of http or https, not ${JSON.stringify(callbackUrl)}`);
}
