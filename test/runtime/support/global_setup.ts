import type { TestProject } from "vitest/node";
import "./servers.ts";
import { startServers } from "./start_servers.ts";

/** Starts the servers for runtimes that cannot listen: browsers and Workers. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { close, ...servers } = await startServers();
  project.provide("servers", servers);
  return close;
}
