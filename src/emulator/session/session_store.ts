import { runtime } from "../../runtime.ts";
import { Refusal } from "../api/refusal.ts";
import type { Clock } from "../clock.ts";
import type { Storage } from "../storage.ts";
import type { Module, UploadSession } from "./upload_session.ts";

/** What a new session is created with. */
export type NewSession = Pick<UploadSession, "module" | "size" | "md5" | "fileName" | "partSize">;

/** All sessions of the emulator. */
export interface SessionStore {
  /** Opens a session, and the file for its bytes. */
  create(session: NewSession): Promise<UploadSession>;
  /**
   * The session of that module.
   *
   * @throws {Refusal} When there is none.
   */
  find(id: string, module: Module): UploadSession;
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
}

/** Creates the store, with no sessions in it. */
export function createSessionStore({ storage, clock }: SessionStoreOptions): SessionStore {
  const sessions = new Map<string, UploadSession>();
  let count = 0;
  return {
    async create(given) {
      const id = `sg_${runtime.uuid()}_${String(++count).padStart(6, "0")}`;
      const session: UploadSession = {
        ...given,
        id,
        file: await storage.create(`${id}.mp4`),
        parts: new Map(),
        history: ["INITIATED"],
        message: "",
        updateTime: clock.seconds(),
      };
      sessions.set(id, session);
      return session;
    },
    find(id, module) {
      const session = sessions.get(id);
      if (session?.module !== module) throw new Refusal("unknownUpload");
      return session;
    },
    move(session, status, message = "") {
      session.history.push(status);
      session.message = message;
      session.updateTime = clock.seconds();
    },
    all: () => [...sessions.values()],
  };
}
