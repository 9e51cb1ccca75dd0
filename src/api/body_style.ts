/**
 * How a body reaches the network with the fewest copies. Each runtime was measured; see `docs/performance.md`.
 *
 * - `stream`: Node and Bun honour a `Content-Length` given with a stream body, and copy nothing.
 * - `blob`: browsers cannot stream a request over HTTP/1.1; they send a blob without taking it into the page's memory.
 * - `bytes`: Deno and workerd would send a stream in chunked coding, which a gateway may refuse.
 */
export type BodyStyle = "stream" | "blob" | "bytes";

/**
 * Finds the style for this runtime.
 *
 * @param userAgent What the runtime says it is. @default navigator.userAgent
 * @returns The style.
 */
export function bodyStyle(userAgent: string = globalThis.navigator?.userAgent ?? ""): BodyStyle {
  if (/^(Node\.js|Bun)\//.test(userAgent)) return "stream";
  if (/^Mozilla\//.test(userAgent)) return "blob";
  return "bytes";
}
