import type { Connection } from "../connection.ts";
import { serveOnBun } from "./serve_on_bun.ts";
import { serveOnDeno } from "./serve_on_deno.ts";
import { serveOnNode } from "./serve_on_node.ts";

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
  if ("Deno" in globalThis) return serveOnDeno(handler, options);
  if ("Bun" in globalThis) return serveOnBun(handler, options);
  return await serveOnNode(handler, options);
}
