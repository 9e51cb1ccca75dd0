import { raceSignal } from "../async/signals.ts";
import { createApp } from "./app.ts";
import { createCallLimits } from "./auth/call_limits.ts";
import {
  type AccountCredentials,
  createCredentialStore,
  type EmulatorCredentials,
  type ShopCredentials,
} from "./auth/credential_store.ts";
import { createCassettePlayer } from "./cassette.ts";
import { createClock } from "./clock.ts";
import { createFaultList, type FaultControl } from "./faults/fault_list.ts";
import { createImageStore } from "./files/image_store.ts";
import { checkEmulatorOptions, type CreateEmulatorOptions, resolveOptions } from "./options.ts";
import { createPushService, type PushControl } from "./push/push_service.ts";
import type { LoggedRequest } from "./serve_api.ts";
import { type Connection, createNetwork } from "./server/network.ts";
import { createCatalogue, type Item, type VideoPost } from "./session/catalogue.ts";
import { createSessionStore, type SessionSnapshot, snapshotSession, statusOf } from "./session/upload_session.ts";
import { createStorage, type Storage } from "./storage.ts";
import { createVerdictList, type VerdictControl } from "./video/verdict_list.ts";
import { createVideoProcessor } from "./video/video_processor.ts";

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

/** What can be seen of an emulator and done to it from within the process. */
export interface EmulatorControl extends AsyncDisposable {
  /** What requests of the first shop are signed with as of now: a refreshed pair of tokens shows up here. */
  readonly credentials: Readonly<EmulatorCredentials>;
  /** All shops with their tokens as of now, the first one first. */
  shops(): ShopCredentials[];
  /** All that have tokens, as of now: the shops, and the merchants and users of the option `mainAccount`. */
  accounts(): AccountCredentials[];
  /** Every request of the API so far, in the order in which they were answered. Empty it as you like. */
  readonly requests: LoggedRequest[];
  /** What goes wrong. */
  readonly faults: FaultControl;
  /** How videos end. */
  readonly verdicts: VerdictControl;
  /** What it has told by itself: empty unless the option `push` says where to. */
  readonly pushes: PushControl;
  /**
   * Ends the present access token of a shop before its time.
   *
   * @param shopId Which. @default all shops
   * @throws {RangeError} When there is no such shop.
   */
  expireToken(shopId?: number): void;
  /** All video uploads so far, oldest first. */
  sessions(): SessionSnapshot[];
  /**
   * Lets the platform forget a video upload, as if its time were over: its id is unknown from now on.
   *
   * @throws {RangeError} When there is no such upload.
   */
  expireSession(videoUploadId: string): void;
  /**
   * The bytes that a video upload has received so far.
   *
   * @throws {RangeError} When there is no such upload, or it was cancelled.
   */
  content(videoUploadId: string): Promise<Uint8Array<ArrayBuffer>>;
  /** All items that `product/add_item` has made, oldest first. */
  items(): Item[];
  /** All drafts that `video/edit_video_info` has made, oldest first; those that were posted have a `postId`. */
  posts(): VideoPost[];
  /** Ends what is going on, and removes the temporary folder. */
  close(): Promise<void>;
}

/** An emulator that waits for somebody to bring it requests. */
export interface AssembledEmulator extends EmulatorControl {
  /**
   * Answers a request.
   *
   * @throws {ConnectionReset} When there is to be no answer.
   */
  handle(request: Request, connection: Connection): Promise<Response>;
}

/** What only a test sets. */
export interface AssembleEmulatorParts {
  /** Makes what keeps the uploads. @default a folder */
  openStorage?: ((directory: string | undefined) => Promise<Storage>) | undefined;
  /** Bytes of every part but the last in `media_space`. @default 4194304 */
  mediaSpacePartSize?: number | undefined;
}

/** Puts all parts of an emulator together. */
export async function assembleEmulator(
  options: CreateEmulatorOptions,
  { openStorage = createStorage, mediaSpacePartSize = 4_194_304 }: AssembleEmulatorParts = {},
): Promise<AssembledEmulator> {
  const resolved = resolveOptions(options);
  const { dialect, mediaPartSize, transcodeMs, clockOffset, tokenLifetime, inspect, log } = resolved;
  const { partnerId, partnerKey, push, cassette } = options;
  const closer = new AbortController();
  const closing = closer.signal;
  const clock = createClock(clockOffset);
  const faults = createFaultList(options.faults);
  const network = createNetwork(options.network);
  const credentials = createCredentialStore({
    partnerId,
    partnerKey,
    pushPartnerKey: push?.pushPartnerKey,
    shops: resolved.shops,
    mainAccount: options.mainAccount,
    clock,
    tokenLifetime,
  });
  const { pushPartnerKey, shopId } = credentials.current;
  const limits = createCallLimits(resolved);
  const play = cassette && createCassettePlayer(cassette);
  const pushService = createPushService({ push, pushPartnerKey, shopId, clock, faults, closing });
  const { announce, lost: lostPushes, control: pushes } = pushService;
  const storage = await openStorage(options.directory); // The last thing that can fail.
  const sessions = createSessionStore({ ...resolved, storage, clock });
  const images = createImageStore(storage, dialect);
  const catalogue = createCatalogue();
  const verdicts = createVerdictList();
  const videos = createVideoProcessor({ sessions, transcodeMs, inspect, verdicts, announce, closing });
  const requests: LoggedRequest[] = [];
  const processVideo = videos.process;
  const context = {
    dialect,
    mediaPartSize,
    mediaSpacePartSize,
    credentials,
    sessions,
    images,
    catalogue,
    network,
    processVideo,
    announce,
    lostPushes,
    closing,
  };
  const app = createApp({ context, clock, faults, verdicts, limits, requests, log, play });

  async function close(): Promise<void> {
    if (closing.aborted) return;
    closer.abort(new Error("The emulator is closing"));
    await videos.settled();
    await storage.close();
  }

  return {
    credentials: credentials.current,
    requests,
    faults,
    verdicts,
    pushes,
    shops: () =>
      credentials.shops.map(({ credentials: { shopId, accessToken, refreshToken } }) => ({
        shopId,
        accessToken,
        refreshToken,
      })),
    accounts: () =>
      credentials.accounts.map(({ owner, id, credentials: { accessToken, refreshToken } }) => ({
        ...{ owner, id, accessToken, refreshToken },
      })),
    expireToken: (shopId) => credentials.expireToken(shopId),
    expireSession: (videoUploadId) => sessions.expire(videoUploadId),
    sessions: () => sessions.all().map(snapshotSession),
    items: () => [...catalogue.items],
    posts: () => [...catalogue.posts.values()],
    async content(videoUploadId) {
      const session = sessions.all().find(({ id }) => id === videoUploadId);
      if (session === undefined || statusOf(session) === "CANCELLED") {
        throw new RangeError(`There are no bytes of the video upload ${videoUploadId}`);
      }
      return await session.file.read(0, session.size);
    },
    handle: async (request, connection) => await app.fetch(request, connection),
    close,
    [Symbol.asyncDispose]: close,
  };
}
