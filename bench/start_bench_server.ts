import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { BenchServerOptions } from "./server_options.ts";

/** A server for benches, running in another process. */
export interface BenchServer {
  /** Its origin. */
  url: string;
  /** Bytes of bodies that came since this was last asked. */
  takeReceived(): Promise<number>;
  /** Ends it. */
  close(): Promise<void>;
}

/**
 * Starts a server of its own process.
 *
 * @param options How it behaves.
 * @returns The server.
 */
export async function startBenchServer(options: BenchServerOptions = {}): Promise<BenchServer> {
  const script = fileURLToPath(new URL("./server.ts", import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: ["pipe", "pipe", "inherit"] });
  const [port] = await once(child.stdout, "data");
  const url = `http://127.0.0.1:${String(port).trim()}`;
  return {
    url,
    takeReceived: async () => Number(await (await fetch(`${url}/received`)).text()),
    async close() {
      const exited = once(child, "exit");
      child.stdin.end();
      await exited;
    },
  };
}
