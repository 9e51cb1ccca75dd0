import { assembleEmulator, type EmulatorControl } from "./create_emulator.ts";
import { isText, isWhole } from "./check_options.ts";
import { checkEmulatorOptions, type CreateEmulatorOptions } from "./options.ts";
import { serve } from "./server/serve.ts";

/** How {@linkcode startEmulator} sets up a local Shopee. */
export interface StartEmulatorOptions extends CreateEmulatorOptions {
  /** Port to listen on, 0 for any free one. @default 0 */
  port?: number | undefined;
  /** Name or address to listen on; `0.0.0.0` and `::` are all addresses of the machine. @default "127.0.0.1" */
  host?: string | undefined;
}

/** A local Shopee that listens on a socket. */
export interface Emulator extends EmulatorControl {
  /**
   * Where it listens, such as `http://127.0.0.1:8080`, to be called from this machine. What it answers holds URLs that begin
   * as the one that was called: from another machine, or container, they work as well.
   */
  readonly url: string;
}

/**
 * Starts a local Shopee: an HTTP server that answers the media API as the platform does, on Node, Deno and Bun.
 *
 * Faults that reset the connection do so with a TCP reset on Node. Deno and Bun cannot: there the answer begins, and
 * breaks off before its first byte.
 *
 * @param options Port, host, credentials and such; each has a default.
 * @returns The emulator, once it listens.
 * @throws {InvalidInputError} When an option is unknown, or not what it must be.
 * @throws {Error} When it cannot listen there.
 * @see https://open.shopee.com/documents/v2/v2.media_space.init_video_upload?module=91&type=1
 * @see https://open.shopee.com/documents/v2/v2.media.init_video_upload?module=130&type=1
 * @example
 * ```ts
 * import { MediaManager } from "shopee-media";
 * import { startEmulator } from "shopee-media/emulator";
 *
 * const emulator = await startEmulator({ port: 0 });
 * const media = new MediaManager({ ...emulator.credentials, baseUrl: emulator.url });
 * await emulator.close(); // or `await using emulator = …` above
 * ```
 */
export async function startEmulator(options: StartEmulatorOptions = {}): Promise<Emulator> {
  const { port = 0, host = "127.0.0.1", ...rest } = checkEmulatorOptions("startEmulator", options, {
    port: ["a whole number from 0 to 65535", isWhole(0, 65_535)],
    host: ["a name or an address", isText],
  });
  const { handle, ...control } = await assembleEmulator(rest);
  try {
    const server = await serve(handle, { port, host });
    let closed: Promise<void> | undefined;
    const close = () => closed ??= server.close().then(control.close);
    const url = `http://${callableHost(host)}:${server.port}`;
    return { ...control, url, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await control.close();
    throw error;
  }
}

/** As it stands in a URL. An address that stands for all of the machine's own can be listened on, but not called. */
function callableHost(host: string): string {
  if (/^[0.]+$/.test(host)) return "127.0.0.1";
  if (/^[0:]+$/.test(host)) return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
