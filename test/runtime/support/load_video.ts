import { noise } from "../../../scripts/reliability/noise.ts";
import { loadAsset } from "./load_asset.ts";
import type { Servers } from "./servers.ts";

/** Loads a video of 12 s that has exactly `size` bytes: a small one with a `free` box of noise at its end. */
export async function loadVideo(servers: Servers, size: number): Promise<File> {
  const video = await loadAsset(servers, "video/ok.mp4");
  const boxSize = size - video.size;
  const head = new Uint8Array(8);
  new DataView(head.buffer).setUint32(0, boxSize);
  head.set(new TextEncoder().encode("free"), 4);
  return new File([video, head, noise(boxSize - head.length, size)], "shoes.mp4", { type: "video/mp4" });
}
