import { createEmulator, type CreateEmulatorOptions, type EmulatorApp } from "../../../src/emulator/mod.ts";
import { serveApp } from "./serve_app.ts";

export interface StartSlowShopeeOptions extends CreateEmulatorOptions {
  /** Answers how long a request waits before the emulator gets it. `Infinity`: it never does. */
  delayOf(path: string): number;
}

/** Starts an emulator on a socket that lets some requests wait. */
export async function startSlowShopee({ delayOf, ...options }: StartSlowShopeeOptions): Promise<EmulatorApp> {
  const emulator = await createEmulator(options);
  return await serveApp(emulator, async (request) => {
    const delay = delayOf(new URL(request.url).pathname);
    if (delay > 0) await new Promise((resolve) => delay < Infinity && setTimeout(resolve, delay));
    return await emulator.fetch(request);
  });
}
