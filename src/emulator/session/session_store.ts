import { randomUUID } from "node:crypto";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import { Refusal } from "../api/refusal.ts";
import type { Module, UploadSession } from "./upload_session.ts";

/** What a new session is told. */
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

/** Creates the store; files go to `directory`. */
export function createSessionStore(directory: string, clock: Clock): SessionStore {
  const sessions = new Map<string, UploadSession>();
  return {
    async create(given) {
      const id = `sg_${randomUUID()}_${String(sessions.size + 1).padStart(6, "0")}`;
      const path = join(directory, `${id}.mp4`);
      const session: UploadSession = {
        ...given,
        id,
        path,
        parts: new Map(),
        history: ["INITIATED"],
        message: "",
        updateTime: clock.seconds(),
      };
      sessions.set(id, session);
      await (await open(path, "wx")).close();
      return session;
    },
    find(id, module) {
      const session = sessions.get(id);
      if (session?.module === module) return session;
      throw new Refusal("unknownUpload");
    },
    move(session, status, message = "") {
      session.history.push(status);
      session.message = message;
      session.updateTime = clock.seconds();
    },
    all: () => [...sessions.values()],
  };
}
