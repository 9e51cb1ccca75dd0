import { assembleEmulator, type EmulatorControl } from "./assemble_emulator.ts";
import type { CreateEmulatorOptions } from "./options.ts";
import { serve } from "./server/serve.ts";

/** How {@linkcode startEmulator} sets up a local Shopee. */
export interface StartEmulatorOptions extends CreateEmulatorOptions {
  /** Port to listen on, 0 for any free one. @default 0 */
  port?: number;
  /** Name or address to listen on. @default "127.0.0.1" */
  host?: string;
}

/** A local Shopee that listens on a socket. */
export interface Emulator extends EmulatorControl {
  /** Where it listens, such as `http://127.0.0.1:8080`. */
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
 * @throws {RangeError} When a number in the options is out of range.
 * @throws {TypeError} When a fault or the dialect in the options is none, the callback URL of pushes is not a URL, or
 * `shops` comes with another shop.
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
 * await emulator.close();
 * ```
 */
export async function startEmulator(options: StartEmulatorOptions = {}): Promise<Emulator> {
  const { port = 0, host = "127.0.0.1", ...rest } = options;
  const { handle, ...control } = await assembleEmulator(rest);
  try {
    const server = await serve(handle, { port, host });
    let closed: Promise<void> | undefined;
    return {
      ...control,
      url: `http://${host.includes(":") ? `[${host}]` : host}:${server.port}`,
      close: () => closed ??= server.close().then(control.close),
    };
  } catch (error) {
    await control.close();
    throw error;
  }
}
