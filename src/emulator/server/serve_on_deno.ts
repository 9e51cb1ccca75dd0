import { resetResponse } from "./reset_response.ts";
import type { Handler, ListenOptions, RunningServer } from "./serve.ts";

interface DenoServe {
  serve(
    options: { hostname: string; port: number; signal: AbortSignal; onListen: () => void },
    handler: (request: Request) => Promise<Response>,
  ): { addr: { port: number }; finished: Promise<void> };
}

/** Serves with `Deno.serve`. */
export function serveOnDeno(handler: Handler, { host, port }: ListenOptions): RunningServer {
  const { Deno } = globalThis as unknown as { Deno: DenoServe };
  const stop = new AbortController();
  const server = Deno.serve(
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
