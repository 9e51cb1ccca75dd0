import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { onTestFinished } from "vitest";
import type { EmulatorApp } from "../../../src/emulator/mod.ts";

/** Puts an emulator on a socket, behind something that answers in its place. Both are gone after the test. */
export async function serveApp(
  emulator: EmulatorApp,
  fetch: (request: Request) => Promise<Response>,
): Promise<EmulatorApp> {
  const address = await new Promise<AddressInfo>((resolve) => {
    const server = serve({
      fetch: (request) => fetch(ownRequest(request)),
      port: 0,
      hostname: "127.0.0.1",
      overrideGlobalObjects: false,
    }, resolve);
    onTestFinished(async () => {
      "closeAllConnections" in server && server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await emulator.close();
    });
  });
  return { ...emulator, url: `http://127.0.0.1:${address.port}` };
}

/** A request of the runtime's own kind, where the server has one of its own. */
function ownRequest({ url, method, headers, body, signal }: Request): Request {
  return new Request(url, { method, headers: [...headers], body, signal, duplex: "half" } as RequestInit);
}
