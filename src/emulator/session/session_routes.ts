import { Hono } from "hono";
import type { SessionStore } from "./session_store.ts";
import { snapshotSession } from "./upload_session.ts";

/**
 * The control API, by which sessions are seen and made to expire while the emulator runs. No signature is asked for.
 *
 * - `GET /` lists all sessions, oldest first.
 * - `DELETE /:id` lets one expire.
 */
export function sessionRoutes(sessions: SessionStore): Hono {
  const app = new Hono();
  app.get("/", (c) => c.json(sessions.all().map(snapshotSession)));
  app.delete("/:id", (c) => {
    const id = c.req.param("id");
    const expired = sessions.all().some((session) => session.id === id);
    if (expired) sessions.expire(id);
    return c.json({ expired }, expired ? 200 : 404);
  });
  return app;
}
