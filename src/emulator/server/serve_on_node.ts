import { once } from "node:events";
import type { Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Handler, ListenOptions, RunningServer } from "./serve.ts";

/** Serves with `node:http`. */
export async function serveOnNode(handler: Handler, { host, port }: ListenOptions): Promise<RunningServer> {
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
