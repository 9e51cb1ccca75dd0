import { runtime } from "../../runtime.ts";
import { Refusal } from "../api/answer.ts";
import type { Clock } from "../clock.ts";
import type { Storage, StoredFile } from "../storage.ts";

/** A module of the platform that takes videos. */
export type Module = "media_space" | "media";

/** What the emulator found when it looked at a video. */
export interface VideoFacts {
  /** Seconds. */
  duration: number;
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
}

/** A part as it was received. */
export interface ReceivedPart {
  /** Bytes. */
  size: number;
  /** Hex. */
  md5: string;
}

/** One video upload, from init to its end. */
export interface UploadSession {
  readonly id: string;
  readonly module: Module;
  /** The shop that opened it; `undefined` when the app did. */
  readonly shopId?: number | undefined;
  /** Bytes that were announced. */
  readonly size: number;
  /** Hex MD5 of the whole file, where it was announced. */
  readonly md5?: string | undefined;
  /** File name, where it was announced. */
  readonly fileName?: string | undefined;
  /** Bytes of every part but the last. */
  readonly partSize: number;
  /** The bytes: every part is written at its place in this one file. */
  readonly file: StoredFile;
  readonly parts: Map<number, ReceivedPart>;
  /** All statuses it has had, the present one last. */
  readonly history: string[];
  /** When the platform forgets it, in ms of the machine's monotonic clock. */
  expiresAt: number;
  /** Until when nobody may know of it once it is completed, in ms of that clock. */
  hiddenUntil: number;
  /** Until when no item can have it once it succeeded, in ms of that clock. */
  attachableFrom: number;
  /** Why it failed or was cancelled. */
  message: string;
  /** Seconds since 1970 of the last change, by the emulator's clock. */
  updateTime: number;
  /** Once it succeeded. */
  facts?: VideoFacts | undefined;
  /** `report_data.upload_cost`, once the upload is completed. */
  uploadCost?: number | undefined;
}

/** One whose video is ready. */
export interface FinishedSession extends UploadSession {
  facts: VideoFacts;
}

/** Tells whether the video is ready. */
export function isFinished(session: UploadSession): session is FinishedSession {
  return session.facts !== undefined;
}

/** The present status. */
export function statusOf(session: UploadSession): string {
  return session.history.at(-1) as string;
}

/** Whether the platform has forgotten it. */
export function isExpired(session: UploadSession): boolean {
  return session.expiresAt <= runtime.elapsed();
}

/** How many parts make the whole file. */
export function partCount(session: UploadSession): number {
  return Math.ceil(session.size / session.partSize);
}

/** How many bytes a part must have. */
export function sizeOfPart(session: UploadSession, seq: number): number {
  return Math.min(session.partSize, session.size - seq * session.partSize);
}

/** A video upload at the emulator, as it is at this moment. */
export interface SessionSnapshot {
  /** Its `video_upload_id`. */
  id: string;
  /** Module that it belongs to. */
  module: Module;
  /** The shop that opened it, and to which alone it is known; `undefined` when the app did. */
  shopId: number | undefined;
  /** Present status, such as `TRANSCODING`. */
  status: string;
  /** All statuses it has had, the present one last. */
  history: string[];
  /** Why it failed or was cancelled, else `""`. */
  message: string;
  /** Whether the platform has forgotten it: no call knows its id any more. */
  expired: boolean;
  /** Bytes that were announced. */
  size: number;
  /** Hex MD5 of the whole file, where it was announced. */
  md5: string | undefined;
  /** File name, where it was announced. */
  fileName: string | undefined;
  /** Bytes of every part but the last. */
  partSize: number;
  /** Parts received so far, by number. */
  parts: (ReceivedPart & { /** Number, from 0. */ seq: number })[];
  /** Milliseconds that the client says to have spent on the parts, once the upload is completed. */
  uploadCost: number | undefined;
}

/** Tells how a session is, apart from what it will become. */
export function snapshotSession(session: UploadSession): SessionSnapshot {
  const { id, module, shopId, history, message, size, md5, fileName, partSize, parts, uploadCost } = session;
  return {
    id,
    module,
    shopId,
    status: statusOf(session),
    history: [...history],
    message,
    expired: isExpired(session),
    size,
    md5,
    fileName,
    partSize,
    parts: [...parts].map(([seq, part]) => ({ seq, ...part })).sort((a, b) => a.seq - b.seq),
    uploadCost,
  };
}

/** What a new session is created with. */
export type NewSession = Pick<UploadSession, "module" | "shopId" | "size" | "md5" | "fileName" | "partSize">;

/** Who asks for a session. */
export interface Asker {
  /** Where it asks. */
  module: Module;
  /** The shop that signed; `undefined` for the app, which knows the sessions of all shops. */
  shopId: number | undefined;
}

/** All sessions of the emulator. */
export interface SessionStore {
  /** Opens a session, and the file for its bytes. */
  create(session: NewSession): Promise<UploadSession>;
  /**
   * The session of that name.
   *
   * @throws {Refusal} When there is none, or it is not for who asks, or it has expired.
   */
  find(id: string, asker: Asker): UploadSession;
  /** Takes the upload as whole: it no longer expires by itself. */
  complete(session: UploadSession): void;
  /**
   * Lets the platform forget a session, as if its time were over.
   *
   * @throws {RangeError} When there is none.
   */
  expire(id: string): void;
  /** Puts a session into its next status. */
  move(session: UploadSession, status: string, message?: string): void;
  /** All of them, oldest first. */
  all(): UploadSession[];
}

/** Options of {@linkcode createSessionStore}. */
export interface SessionStoreOptions {
  /** Where the bytes go. */
  storage: Storage;
  /** Time of the platform. */
  clock: Clock;
  /** Ms after its init at which a session that was not completed expires. */
  sessionTtlMs: number;
  /** Ms after its complete until which an id is not known. */
  vidDelayMs: number;
  /** Ms after its success until which no item can have a video. */
  attachDelayMs: number;
}

/** Creates the store, with no sessions in it. */
export function createSessionStore(options: SessionStoreOptions): SessionStore {
  const { storage, clock, sessionTtlMs, vidDelayMs, attachDelayMs } = options;
  const sessions = new Map<string, UploadSession>();
  let count = 0;

  function move(session: UploadSession, status: string, message = ""): void {
    session.history.push(status);
    session.message = message;
    session.updateTime = clock.seconds();
    if (status === "SUCCEEDED") session.attachableFrom = runtime.elapsed() + attachDelayMs;
  }

  return {
    async create(given) {
      const id = `sg_${runtime.uuid()}_${String(++count).padStart(6, "0")}`;
      const session: UploadSession = {
        ...given,
        id,
        file: await storage.create(`${id}.mp4`),
        parts: new Map(),
        history: ["INITIATED"],
        expiresAt: runtime.elapsed() + sessionTtlMs,
        hiddenUntil: 0,
        attachableFrom: 0,
        message: "",
        updateTime: clock.seconds(),
      };
      sessions.set(id, session);
      return session;
    },
    find(id, { module, shopId }) {
      const session = sessions.get(id);
      if (session?.module !== module || isExpired(session)) throw new Refusal("unknownUpload");
      const isForeign = shopId !== undefined && session.shopId !== undefined && shopId !== session.shopId;
      if (isForeign) throw new Refusal("unknownUpload");
      return session;
    },
    complete(session) {
      session.expiresAt = Infinity;
      session.hiddenUntil = runtime.elapsed() + vidDelayMs;
      move(session, session.module === "media" ? "UPLOADED" : "TRANSCODING");
    },
    expire(id) {
      const session = sessions.get(id);
      if (session === undefined) throw new RangeError(`There is no video upload ${id}`);
      session.expiresAt = -Infinity;
    },
    move,
    all: () => [...sessions.values()],
  };
}
