import { startEmulator } from "../../../src/emulator/mod.ts";
import type { Servers } from "./servers.ts";
import { startEchoServer } from "./start_echo_server.ts";

/** Bytes of a part of the module `media`: small, so that a video has more parts than are in flight at once. */
const MEDIA_PART_SIZE = 2 * 1024 * 1024;

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
