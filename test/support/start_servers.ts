import { Buffer } from "node:buffer";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestProject } from "vitest/node";
import { startEmulator } from "../../src/emulator/mod.ts";
import type { Servers } from "./servers.ts";

/** Bytes of a part of the module `media`: small, so that a video has more parts than are in flight at once. */
const MEDIA_PART_SIZE = 2 * 1024 * 1024;

/** Vitest's global setup: starts the servers for runtimes that cannot listen, browsers and Workers. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { close, ...servers } = await startServers();
  project.provide("servers", servers);
  return close;
}

/** Starts all servers. */
export async function startServers(): Promise<Servers & { close(): Promise<void> }> {
  const emulator = await startEmulator({ mediaPartSize: MEDIA_PART_SIZE, transcodeMs: 50 });
  const echo = await startEchoServer();
  return {
    shopee: { url: emulator.url, credentials: emulator.credentials },
    echo: { url: echo.url },
    close: async () => void await Promise.all([emulator.close(), echo.close()]),
  };
}

/** What reached the server. */
export interface Echo {
  /** By lower-case name. */
  headers: Record<string, string | undefined>;
  /** In base64. */
  body: string;
}

/** A server on loopback, open to the pages of every origin. */
export interface EchoServer {
  url: string;
  close(): Promise<void>;
}

const CORS = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Headers": "*",
  "Access-Control-Allow-Methods": "*",
};

const assets = new URL("../assets/", import.meta.url);

/**
 * Starts a server that answers
 *
 * - each POST with an envelope whose `response` is an {@linkcode Echo}: what a client sent comes back to its test
 *   without a detour, even if the test runs where no server can;
 * - `GET /assets/…` with a file of `test/assets`;
 * - `GET /elsewhere` with a successful envelope, and every other GET with a redirect to it.
 */
export async function startEchoServer(): Promise<EchoServer> {
  const server = createServer(async (request, response) => {
    const { method, url = "/", headers } = request;
    const body = await readAll(request);
    if (method === "OPTIONS") return response.writeHead(204, CORS).end();
    if (method === "POST") {
      const echo = { headers, body: body.toString("base64") };
      return response.writeHead(200, CORS).end(JSON.stringify(envelope(echo)));
    }
    if (/^\/assets(\/\w+)+\.\w+$/.test(url)) {
      const file = await readFile(new URL(url.slice("/assets/".length), assets)).catch(() => undefined);
      return response.writeHead(file === undefined ? 404 : 200, CORS).end(file);
    }
    if (url === "/elsewhere") return response.writeHead(200, CORS).end(JSON.stringify(envelope({})));
    response.writeHead(307, { ...CORS, Location: "/elsewhere" }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function envelope(response: unknown) {
  return { error: "", message: "", request_id: "echo", response };
}

// Not by iteration, which on Bun closes the connection when it ends.
function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  return new Promise((resolve, reject) => {
    request.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("error", reject);
  });
}
