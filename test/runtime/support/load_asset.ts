import type { Servers } from "./servers.ts";

/** Loads a file of `test/assets`, such as `video/ok.mp4`. */
export async function loadAsset(servers: Servers, path: string): Promise<Blob> {
  const response = await fetch(`${servers.echo.url}/assets/${path}`);
  if (!response.ok) throw new Error(`There is no asset ${path}`);
  return await response.blob();
}
