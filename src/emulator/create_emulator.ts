import { raceSignal } from "../async/race_signal.ts";
import { assembleEmulator, type EmulatorControl } from "./assemble_emulator.ts";
import { checkEmulatorOptions, type CreateEmulatorOptions } from "./options.ts";

/** A local Shopee without a socket. */
export interface EmulatorApp extends EmulatorControl {
  /** Where it believes to be: give it as `baseUrl`, together with `fetch`. */
  readonly url: string;
  /** Answers a request; takes what the global `fetch` takes, and rejects with a `TypeError` when a fault says so. */
  fetch(input: Request | URL | string, init?: RequestInit): Promise<Response>;
}

/**
 * Creates a local Shopee that answers `Request`s without any socket.
 *
 * It checks what the platform checks, with code that it does not share with the client: signatures, timestamps,
 * tokens, sizes, part numbers and MD5s, and then the video itself.
 *
 * @param options Credentials, part size, transcode time and such; each has a default.
 * @returns The emulator.
 * @throws {InvalidInputError} When an option is unknown, or not what it must be.
 * @see https://open.shopee.com/documents/v2/v2.media_space.init_video_upload?module=91&type=1
 * @see https://open.shopee.com/documents/v2/v2.media.init_video_upload?module=130&type=1
 * @example
 * ```ts
 * import { MediaManager } from "shopee-media";
 * import { createEmulator } from "shopee-media/emulator";
 *
 * const emulator = await createEmulator({ transcodeMs: 0 });
 * const media = new MediaManager({ ...emulator.credentials, baseUrl: emulator.url, fetch: emulator.fetch });
 * const { response } = await media.initMediaVideoUpload({
 *   business: 3,
 *   scene: 1,
 *   file_name: "shoes.mp4",
 *   file_size: 1_000_000,
 *   duration: 12,
 * });
 * console.log(response.part_size);
 * await emulator.close();
 * ```
 */
export async function createEmulator(options: CreateEmulatorOptions = {}): Promise<EmulatorApp> {
  const { handle, ...control } = await assembleEmulator(checkEmulatorOptions("createEmulator", options, {}));
  return {
    ...control,
    url: "http://localhost",
    async fetch(input, init) {
      const request = new Request(input, init);
      return await raceSignal(handle(request, { gone: request.signal }), request.signal);
    },
  };
}
