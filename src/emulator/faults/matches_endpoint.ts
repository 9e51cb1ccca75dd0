import { PUSH } from "./push_faults.ts";

/**
 * Tells whether a path is meant.
 *
 * @param endpoint `*`, `upload_video_part`, or `media/upload_video_part`; `push`, which is none.
 * @param path Such as `/api/v2/media/upload_video_part`, or `push`.
 */
export function matchesEndpoint(endpoint: string, path: string): boolean {
  if (path === PUSH) return endpoint === PUSH;
  return endpoint === "*" || (path.startsWith("/api/v2/") && path.endsWith(`/${endpoint}`));
}
