import { afterAll, inject } from "vitest";
import type { Servers } from "./servers.ts";

/** Tells where the servers are. Where the global setup has not started them, they last as long as this test file. */
export async function reachServers(): Promise<Servers> {
  const started = inject("servers");
  if (started !== undefined) return started;
  // Not for browsers and Workers: it is made of Node's modules.
  const { startServers } = await import("./start_servers.ts");
  const { close, ...servers } = await startServers();
  afterAll(close);
  return servers;
}
