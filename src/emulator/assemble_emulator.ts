import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { cors } from "hono/cors";
import { type LoggedRequest, serveApi } from "./api/serve_api.ts";
import { createCredentialStore } from "./auth/credential_store.ts";
import { createBackground } from "./background.ts";
import { createClock } from "./clock.ts";
import type { EmulatorControl } from "./emulator_control.ts";
import { createFaultList } from "./faults/fault_list.ts";
import { faultRoutes } from "./faults/fault_routes.ts";
import { fileRoutes } from "./files/file_routes.ts";
import { createImageStore } from "./files/image_store.ts";
import { type CreateEmulatorOptions, resolveOptions } from "./options.ts";
import type { EmulatorContext } from "./context.ts";
import { createPushService } from "./push/push_service.ts";
import type { Connection } from "./server/connection.ts";
import { createNetwork } from "./server/network.ts";
import { snapshotSession } from "./session/session_snapshot.ts";
import { createSessionStore } from "./session/session_store.ts";
import { statusOf } from "./session/upload_session.ts";

/** An emulator that waits for somebody to bring it requests. */
export interface AssembledEmulator extends EmulatorControl {
  /**
   * Answers a request.
   *
   * @throws {ConnectionReset} When there is to be no answer.
   */
  handle(request: Request, connection: Connection): Promise<Response>;
}

/** Puts all parts of an emulator together. */
export async function assembleEmulator(options: CreateEmulatorOptions): Promise<AssembledEmulator> {
  const resolved = resolveOptions(options);
  const clock = createClock(resolved.clockOffset);
  const faults = createFaultList(options.faults);
  const network = createNetwork(options.network);
  const { push } = options;
  const { tokenLifetime } = resolved;
  const credentials = createCredentialStore({ ...options, pushPartnerKey: push?.pushPartnerKey, clock, tokenLifetime });
  const { pushPartnerKey, shopId } = credentials.current;
  const closing = new AbortController();
  const pushes = createPushService({ push, pushPartnerKey, shopId, clock, faults, closing: closing.signal });
  const directory = await makeDirectory(options.directory); // The last thing that can fail.
  const background = createBackground(closing.signal);
  const sessions = createSessionStore(directory, clock);
  const images = createImageStore(directory);
  const requests: LoggedRequest[] = [];
  const app = createApp({
    options: resolved,
    clock,
    credentials,
    sessions,
    images,
    background,
    faults,
    pushes,
    network,
    requests,
    closing: closing.signal,
  });

  return {
    credentials: credentials.current,
    requests,
    faults,
    pushes: pushes.control,
    expireToken: () => credentials.expireToken(),
    sessions: () => sessions.all().map(snapshotSession),
    async content(videoUploadId) {
      const session = sessions.all().find(({ id }) => id === videoUploadId);
      if (session === undefined || statusOf(session) === "CANCELLED") {
        throw new RangeError(`There are no bytes of the video upload ${videoUploadId}`);
      }
      return new Uint8Array(await readFile(session.path));
    },
    handle: async (request, connection) => await app.fetch(request, connection),
    async close() {
      if (closing.signal.aborted) return;
      closing.abort(new Error("The emulator is closing"));
      await background.settled();
      if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}

function createApp(context: EmulatorContext): Hono<{ Bindings: Connection }> {
  const app = new Hono<{ Bindings: Connection }>();
  // Any page may talk to it: nothing here but test data.
  app.use(cors({ exposeHeaders: ["Content-Range", "Date", "Retry-After"] }));
  app.all("/api/*", (c) => serveApi(c.req.raw, context, c.env));
  app.route("/files", fileRoutes(context));
  app.route("/emulator/faults", faultRoutes(context.faults));
  // What is thrown here is a reset, for the server below to act on, or a bug.
  app.onError((error) => {
    throw error;
  });
  return app;
}

async function makeDirectory(directory: string | undefined): Promise<string> {
  if (directory === undefined) return await mkdtemp(join(tmpdir(), "shopee-media-emulator-"));
  await mkdir(directory, { recursive: true });
  return directory;
}
