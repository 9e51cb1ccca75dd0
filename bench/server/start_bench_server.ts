import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { SlowServerOptions } from "./slow_server.ts";

/** A server for benches, running in another process. */
export interface BenchServer {
  /** Its origin. */
  url: string;
  /** Fails if fewer bytes have come since this was last asked: then nothing was measured. */
  expectReceived(bytes: number): Promise<void>;
  /** Ends it. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a server in a process of its own.
 *
 * @param slow How it is slow; as fast as it can be by default.
 * @returns The server.
 */
export async function startBenchServer(slow?: SlowServerOptions): Promise<BenchServer> {
  const [script, ...args] = slow === undefined ? ["fast_server.ts"] : ["slow_server.ts", JSON.stringify(slow)];
  const path = fileURLToPath(new URL(script!, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const [port] = await once(child.stdout, "data");
  const url = `http://127.0.0.1:${String(port).trim()}`;
  return {
    url,
    async expectReceived(bytes) {
      const received = Number(await (await fetch(`${url}/received`)).text());
      if (received < bytes) throw new Error(`Cannot measure: ${received} bytes have come, ${bytes} were to come`);
    },
    async [Symbol.asyncDispose]() {
      const exited = once(child, "exit");
      child.stdin.end();
      await exited;
    },
  };
}
