import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { onTestFinished } from "vitest";
import { createEmulator, type CreateEmulatorOptions, type EmulatorApp } from "../../../src/emulator/mod.ts";

export interface StartSlowShopeeOptions extends CreateEmulatorOptions {
  /** Answers how long a request waits before the emulator gets it. `Infinity`: it never does. */
  delayOf(path: string): number;
}

/** Starts an emulator on a socket that lets some requests wait. */
export async function startSlowShopee({ delayOf, ...options }: StartSlowShopeeOptions): Promise<EmulatorApp> {
  const emulator = await createEmulator(options);
  const fetch = async (request: Request): Promise<Response> => {
    const delay = delayOf(new URL(request.url).pathname);
    if (delay > 0) await new Promise((resolve) => delay < Infinity && setTimeout(resolve, delay));
    return await emulator.fetch(request);
  };
  const address = await new Promise<AddressInfo>((resolve) => {
    const server = serve({ fetch, port: 0, hostname: "127.0.0.1" }, resolve);
    onTestFinished(async () => {
      "closeAllConnections" in server && server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await emulator.close();
    });
  });
  return { ...emulator, url: `http://127.0.0.1:${address.port}` };
}
