import { once } from "node:events";
import type { Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Connection } from "./network.ts";

/** Answers a request that came over a socket; rejects when the connection shall be reset. */
export type Handler = (request: Request, connection: Connection) => Promise<Response>;

/** Where to listen. */
export interface ListenOptions {
  /** Name or address. */
  host: string;
  /** 0 for any free one. */
  port: number;
}

/** A server that listens. */
export interface RunningServer {
  /** The port it has got. */
  port: number;
  /** Stops it at once, open connections included. */
  close(): Promise<void>;
}

/** Serves over HTTP with the server of the runtime that this is. */
export async function serve(handler: Handler, options: ListenOptions): Promise<RunningServer> {
  const { Deno, Bun } = globalThis as unknown as { Deno?: DenoServe | undefined; Bun?: BunServe | undefined };
  if (Deno !== undefined) return serveOnDeno(Deno, handler, options);
  if (Bun !== undefined) return serveOnBun(Bun, handler, options);
  return await serveOnNode(handler, options);
}

async function serveOnNode(handler: Handler, { host, port }: ListenOptions): Promise<RunningServer> {
  const server = createAdaptorServer({
    async fetch(request, bindings) {
      const { incoming, outgoing } = bindings as HttpBindings;
      try {
        return await handler(request, { gone: goneSignal(outgoing), cut: () => incoming.socket.destroy() });
      } catch {
        incoming.socket.resetAndDestroy();
        return RESPONSE_ALREADY_SENT;
      }
    },
    // A client in the same process keeps its own Request and Response.
    overrideGlobalObjects: false,
  }) as Server;
  server.listen(port, host);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function goneSignal(outgoing: ServerResponse): AbortSignal {
  const gone = new AbortController();
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  return gone.signal;
}

interface DenoServe {
  serve(
    options: { hostname: string; port: number; signal: AbortSignal; onListen: () => void },
    handler: (request: Request) => Promise<Response>,
  ): { addr: { port: number }; finished: Promise<void> };
}

function serveOnDeno(deno: DenoServe, handler: Handler, { host, port }: ListenOptions): RunningServer {
  const stop = new AbortController();
  const server = deno.serve(
    { hostname: host, port, signal: stop.signal, onListen: () => {} },
    // Deno aborts `request.signal` after every answer, and warns of it: until that changes nobody is known to be gone.
    (request) => handler(request, { gone: stop.signal }).catch(resetResponse),
  );
  return {
    port: server.addr.port,
    async close() {
      stop.abort();
      await server.finished;
    },
  };
}

interface BunServe {
  serve(options: {
    hostname: string;
    port: number;
    idleTimeout: number;
    maxRequestBodySize: number;
    fetch(request: Request): Promise<Response>;
  }): { port: number; stop(closeActiveConnections: boolean): Promise<void> };
}

function serveOnBun(bun: BunServe, handler: Handler, { host, port }: ListenOptions): RunningServer {
  const server = bun.serve({
    hostname: host,
    port,
    // A stalled answer is a fault that tests ask for: no time limit of the server's own may end it.
    idleTimeout: 0,
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    fetch: (request) => handler(request, { gone: request.signal }).catch(resetResponse),
  });
  return { port: server.port, close: () => server.stop(true) };
}

/** What comes closest to a reset where a server cannot reset: an answer that breaks off before its first byte. */
function resetResponse(): Response {
  const body = new ReadableStream({
    pull(controller) {
      // Deno and Bun print the reason: a text, which has no stack, is all that they need to print.
      controller.error("The emulator was asked for a reset");
    },
  }, { highWaterMark: 0 });
  return new Response(body, { headers: { "Content-Length": "1" } });
}
