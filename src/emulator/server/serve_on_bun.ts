import { resetResponse } from "./reset_response.ts";
import type { Handler, ListenOptions, RunningServer } from "./serve.ts";

interface BunServe {
  serve(options: {
    hostname: string;
    port: number;
    idleTimeout: number;
    maxRequestBodySize: number;
    fetch(request: Request): Promise<Response>;
  }): { port: number; stop(closeActiveConnections: boolean): Promise<void> };
}

/** Serves with `Bun.serve`. */
export function serveOnBun(handler: Handler, { host, port }: ListenOptions): RunningServer {
  const { Bun } = globalThis as unknown as { Bun: BunServe };
  const server = Bun.serve({
    hostname: host,
    port,
    // A stalled answer is a fault that tests ask for: no time limit of the server's own may end it.
    idleTimeout: 0,
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    fetch: (request) => handler(request, { gone: request.signal }).catch(resetResponse),
  });
  return { port: server.port, close: () => server.stop(true) };
}
