import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { InvalidInputError } from "../errors.ts";
import type { EndpointName } from "./api/endpoints.ts";
import { authHandlers, authorizationPage } from "./endpoints/auth.ts";
import type { Handler } from "./endpoints/handler.ts";
import { mediaHandlers } from "./endpoints/media.ts";
import { mediaSpaceHandlers } from "./endpoints/media_space.ts";
import type { FaultControl } from "./faults/fault_list.ts";
import { fileRoutes } from "./files/serve_file.ts";
import { serveApi, type ServeApiOptions } from "./serve_api.ts";
import type { Connection } from "./server/network.ts";
import { type SessionStore, snapshotSession } from "./session/upload_session.ts";
import type { VerdictControl } from "./video/verdict_list.ts";

/** What does the work of each call. */
const HANDLERS: Readonly<Record<EndpointName, Handler>> = {
  ...mediaSpaceHandlers,
  ...mediaHandlers,
  ...authHandlers,
};

/** What {@linkcode createApp} puts together. */
export interface AppOptions extends Omit<ServeApiOptions, "handlers" | "connection"> {
  /** How videos end. */
  verdicts: VerdictControl;
}

/**
 * Everything that the emulator answers: the API, the page of authorisation, what was uploaded, and what controls it.
 *
 * A request goes this way: the server that has the socket (`server/serve.ts`, or `fetch` without one) → here → the log,
 * the network and the faults (`serve_api.ts`) → signature, clock and token (`auth/check_signature.ts`) → limits
 * (`auth/call_limits.ts`) → its handler (`endpoints/`) → the upload that it is about (`session/session_steps.ts`) → the
 * answer (`api/answer.ts`). Whatever is refused on the way is a `Refusal`, which `api/refusals.ts` puts into words.
 */
export function createApp(options: AppOptions): Hono<{ Bindings: Connection }> {
  const { context, faults, verdicts } = options;
  const app = new Hono<{ Bindings: Connection }>();
  // Any page may talk to it: nothing here but test data.
  app.use(cors({ exposeHeaders: ["Content-Range", "Date", "Retry-After"] }));
  app.all("/api/*", (c) => serveApi(c.req.raw, { ...options, handlers: HANDLERS, connection: c.env }));
  app.get("/auth", (c) => authorizationPage(c.req.raw, context.credentials));
  app.route("/files", fileRoutes(context));
  app.route("/emulator", controlRoutes({ faults, verdicts, sessions: context.sessions }));
  // What is thrown here is a reset, for the server below to act on, or a bug.
  app.onError((error) => {
    throw error;
  });
  return app;
}

/** What {@linkcode controlRoutes} controls. */
export interface ControlRoutesOptions {
  faults: FaultControl;
  verdicts: VerdictControl;
  sessions: SessionStore;
}

/** Bytes. */
const MAX_BODY = 1_048_576;

/**
 * The control API, by which an emulator is changed while it runs, from any language. No signature is asked for.
 *
 * - `GET /faults` lists the faults, `POST /faults` adds what the JSON body holds: a fault, the text of one, or a list of
 *   these. It adds all of them, or none. `DELETE /faults` removes all faults, `DELETE /faults/:id` one.
 * - `/verdicts` is the same for verdicts on all videos, and `POST /verdicts/next` adds some on the next ones.
 * - `GET /sessions` lists all sessions, oldest first, and `DELETE /sessions/:id` lets one expire.
 */
export function controlRoutes({ faults, verdicts, sessions }: ControlRoutesOptions): Hono {
  const app = new Hono();
  const onError = (c: Context) => c.json({ error: `The body has more than ${MAX_BODY} bytes` }, 413);
  app.use(bodyLimit({ maxSize: MAX_BODY, onError }));
  app.route("/faults", listRoutes(faults));
  app.route("/verdicts", listRoutes(verdicts));
  app.post("/verdicts/next", (c) => addAll(c, { ...verdicts, add: verdicts.next }));
  app.get("/sessions", (c) => c.json(sessions.all().map(snapshotSession)));
  app.delete("/sessions/:id", (c) => {
    const id = c.req.param("id");
    const expired = sessions.all().some((session) => session.id === id);
    if (expired) sessions.expire(id);
    return c.json({ expired }, expired ? 200 : 404);
  });
  return app;
}

/** What can be listed, added to and removed from. */
interface List<Entry> {
  list(): object[];
  /** Refuses what is no entry. */
  add(given: Entry): string;
  clear(id?: string): number;
}

function listRoutes<Entry>(list: List<Entry>): Hono {
  const app = new Hono();
  app.get("/", (c) => c.json(list.list()));
  app.post("/", (c) => addAll(c, list));
  app.delete("/", (c) => c.json({ removed: list.clear() }));
  app.delete("/:id", (c) => {
    const removed = list.clear(c.req.param("id"));
    return c.json({ removed }, removed === 0 ? 404 : 200);
  });
  return app;
}

async function addAll<Entry>(c: Context, { add, clear }: List<Entry>): Promise<Response> {
  const added: string[] = [];
  try {
    const given: unknown = await c.req.json();
    for (const entry of [given].flat()) added.push(add(entry as Entry));
    return c.json({ ids: added }, 201);
  } catch (error) {
    if (!(error instanceof InvalidInputError || error instanceof SyntaxError)) throw error;
    for (const id of added) clear(id);
    return c.json({ error: error.message }, 400);
  }
}
