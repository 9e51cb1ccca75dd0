import { Hono } from "hono";
import { cors } from "hono/cors";
import type { EndpointName } from "./api/endpoints.ts";
import { controlRoutes } from "./control_routes.ts";
import { serveApi, type ServeApiOptions } from "./serve_api.ts";
import { accessTokenHandlers } from "./endpoints/access_token.ts";
import type { Handler } from "./endpoints/handler.ts";
import { mediaHandlers } from "./endpoints/media.ts";
import { mediaSpaceHandlers } from "./endpoints/media_space.ts";
import { fileRoutes } from "./files/file_routes.ts";
import type { Connection } from "./server/connection.ts";
import type { VerdictControl } from "./video/verdict_list.ts";

/** What does the work of each call. */
const HANDLERS: Readonly<Record<EndpointName, Handler>> = {
  ...mediaSpaceHandlers,
  ...mediaHandlers,
  ...accessTokenHandlers,
};

/** What {@linkcode createApp} puts together. */
export interface AppOptions extends Omit<ServeApiOptions, "handlers" | "connection"> {
  /** How videos end. */
  verdicts: VerdictControl;
}

/**
 * Everything that the emulator answers: the API, what was uploaded, and what controls it.
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
  app.route("/files", fileRoutes(context));
  app.route("/emulator", controlRoutes({ faults, verdicts, sessions: context.sessions }));
  // What is thrown here is a reset, for the server below to act on, or a bug.
  app.onError((error) => {
    throw error;
  });
  return app;
}
