import { runtime } from "../../runtime.ts";
import { Refusal } from "../api/refusal.ts";
import type { Clock } from "../clock.ts";
import type { Storage } from "../storage.ts";
import { isExpired, type Module, type UploadSession } from "./upload_session.ts";

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
}

/** Creates the store, with no sessions in it. */
export function createSessionStore(options: SessionStoreOptions): SessionStore {
  const { storage, clock, sessionTtlMs, vidDelayMs } = options;
  const sessions = new Map<string, UploadSession>();
  let count = 0;

  function move(session: UploadSession, status: string, message = ""): void {
    session.history.push(status);
    session.message = message;
    session.updateTime = clock.seconds();
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
