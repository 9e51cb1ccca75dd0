/**
 * Tells whether a path is meant.
 *
 * @param endpoint `*`, `upload_video_part`, or `media/upload_video_part`.
 * @param path Such as `/api/v2/media/upload_video_part`.
 */
export function matchesEndpoint(endpoint: string, path: string): boolean {
  return endpoint === "*" || (path.startsWith("/api/v2/") && path.endsWith(`/${endpoint}`));
}
