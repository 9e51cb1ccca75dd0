/** What a server of the benches has to know of a request. */
export interface BenchRequest {
  /** Method, such as `POST`. */
  method: string;
  /** Path and query. */
  target: string;
  /** Bytes of the body. */
  size: number;
  /** Looks a header up. */
  header(name: string): string | undefined;
}

/** What it answers. */
export interface BenchAnswer {
  /** HTTP status. @default 200 */
  status?: number;
  /** Headers beside the length. */
  headers: Record<string, string>;
  /** The body. */
  body: string;
}

/** Bytes of each part that `media` asks for, as Shopee's own sample says. */
const MEDIA_PART_SIZE = 10_485_760;

const OPENED = envelope({ video_upload_id: "bench", part_size: MEDIA_PART_SIZE });
const RESULT = envelope({
  status: "SUCCEEDED",
  message: "",
  reason: "",
  video_info: { video_url: "https://bench/video.mp4", duration: 12 },
});
const DONE = envelope();

/** Fits both of the answers that S3's multipart uploads have a body in. */
const S3 = "<Result><Bucket>bench</Bucket><Key>video.mp4</Key><UploadId>bench</UploadId><ETag>bench</ETag></Result>";

/**
 * Answers as a platform would that believes everything: Shopee, and the ones that the peers are made for.
 *
 * @param request The request.
 * @returns The answer.
 */
export function answerTo(request: BenchRequest): BenchAnswer {
  if (request.target.startsWith("/tus")) return answerToTus(request);
  if (request.target.startsWith("/s3/")) return { headers: { ETag: '"bench"', "Content-Type": "text/xml" }, body: S3 };
  if (request.target.includes("/init_video_upload")) return OPENED;
  if (request.target.includes("/get_video_upload_result")) return RESULT;
  return DONE;
}

function answerToTus({ method, size, header }: BenchRequest): BenchAnswer {
  const version = { "Tus-Resumable": "1.0.0" };
  if (method === "POST") return { status: 201, headers: { ...version, Location: "/tus/bench" }, body: "" };
  const offset = Number(header("upload-offset")) + size;
  return { status: 204, headers: { ...version, "Upload-Offset": String(offset) }, body: "" };
}

function envelope(response?: unknown): BenchAnswer {
  const body = JSON.stringify({ error: "", message: "", request_id: "bench", response });
  return { headers: { "Content-Type": "application/json" }, body };
}
