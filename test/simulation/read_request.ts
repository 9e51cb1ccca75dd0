/** What a request asks for, as far as the judge wants to know. */
export interface ApiRequest {
  /** The session that it is about. */
  uploadId?: string | undefined;
  /** The number of a part. */
  seq?: number | undefined;
  /** Fields of a JSON body. */
  json?: Record<string, unknown> | undefined;
}

const latin1 = new TextDecoder("latin1");

/** Reads a request without the help of the code that wrote it. */
export function readRequest(
  { endpoint, query }: { endpoint: string; query: URLSearchParams },
  body: string | Uint8Array | undefined,
): ApiRequest {
  if (body === undefined) return { uploadId: query.get("video_upload_id") ?? undefined };
  const text = typeof body === "string" ? body : latin1.decode(body.subarray(0, 2_000));
  if (text.startsWith("{")) {
    const json = JSON.parse(typeof body === "string" ? body : latin1.decode(body)) as Record<string, unknown>;
    return { json, uploadId: json["video_upload_id"] as string | undefined };
  }
  if (!endpoint.endsWith("upload_video_part")) return {};
  const field = (name: string) => new RegExp(`name="${name}"\r\n\r\n(.*?)\r\n`).exec(text)?.[1];
  return { uploadId: field("video_upload_id"), seq: Number(field("part_seq")) };
}
