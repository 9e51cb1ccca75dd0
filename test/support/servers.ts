import { afterAll, inject } from "vitest";
import { MediaManager, type MediaManagerOptions } from "../../mod.ts";
import type { Emulator } from "../../src/emulator/mod.ts";
import { noise } from "./bytes.ts";

/** What the suites talk to, over real HTTP. */
export interface Servers {
  /** The emulator, and what requests to it are signed with. */
  shopee: Pick<Emulator, "url" | "credentials">;
  /** Tells what reached it; see `startEchoServer`. */
  echo: { url: string };
}

declare module "vitest" {
  interface ProvidedContext {
    /** Only where the runtime under test cannot listen itself. */
    servers?: Servers;
  }
}

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

/** Loads a file of `test/assets`, such as `video/ok.mp4`. */
export async function loadAsset(servers: Servers, path: string): Promise<Blob> {
  const response = await fetch(`${servers.echo.url}/assets/${path}`);
  if (!response.ok) throw new Error(`There is no asset ${path}`);
  return await response.blob();
}

/** Loads a video of 12 s that has exactly `size` bytes: a small one with a `free` box of noise at its end. */
export async function loadVideo(servers: Servers, size: number): Promise<File> {
  const video = await loadAsset(servers, "video/ok.mp4");
  const boxSize = size - video.size;
  const head = new Uint8Array(8);
  new DataView(head.buffer).setUint32(0, boxSize);
  head.set(new TextEncoder().encode("free"), 4);
  return new File([video, head, noise(boxSize - head.length, size)], "shoes.mp4", { type: "video/mp4" });
}

/** A manager for the emulator, or for another `baseUrl`. */
export function managerFor({ shopee }: Servers, options: Partial<MediaManagerOptions> = {}): MediaManager {
  return new MediaManager({ ...shopee.credentials, baseUrl: shopee.url, ...options });
}
