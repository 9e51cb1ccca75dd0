import { type Context, Hono } from "hono";
import type { SessionStore } from "../session/upload_session.ts";
import type { ReadableFile } from "../storage.ts";
import type { ImageStore } from "./image_store.ts";
import { THUMBNAIL } from "./media_info.ts";

/** What {@linkcode serveFile} serves. */
export interface ServedFile {
  /** What it is called: no other file ever has that name, and its bytes never change. */
  id: string;
  file: ReadableFile;
  /** Such as `video/mp4`. */
  type: string;
}

/** Answers with a file, or with the part of it that is asked for. */
export async function serveFile(c: Context, { id, file, type }: ServedFile): Promise<Response> {
  const size = await file.size();
  const etag = `"${id}"`;
  c.header("Accept-Ranges", "bytes");
  c.header("Content-Type", type);
  c.header("ETag", etag);
  if (c.req.header("If-None-Match") === etag) return c.body(null, 304);

  const isSameFile = (c.req.header("If-Range") ?? etag) === etag;
  const range = isSameFile ? parseRange(c.req.header("Range"), size) : undefined;
  if (range === "unsatisfiable") return c.body(null, 416, { "Content-Range": `bytes */${size}` });
  const { start, end } = range ?? { start: 0, end: size - 1 };
  c.header("Content-Length", String(end + 1 - start));
  if (range !== undefined) c.header("Content-Range", `bytes ${start}-${end}/${size}`);
  c.status(range === undefined ? 200 : 206);
  return c.req.method === "HEAD" ? c.body(null) : c.body(streamOf(file, { start, end }));
}

/** Bytes of a file, both ends inclusive. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * Reads a `Range` header.
 *
 * @param size Bytes in the whole file.
 * @returns The bytes that are asked for, `undefined` for the whole file (also when the header is none that we know, as
 * HTTP wants it), and `"unsatisfiable"` when it asks for bytes that are not there.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | "unsatisfiable" | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "");
  if (match === null || match[0] === "bytes=-") return undefined;
  const [, first = "", last = ""] = match;
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? "unsatisfiable" : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  if (start >= size) return "unsatisfiable";
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return end < start ? undefined : { start, end };
}

/** The file is opened for each of them. */
const CHUNK = 1_048_576;

function streamOf(file: ReadableFile, { start, end }: ByteRange): ReadableStream<Uint8Array<ArrayBuffer>> {
  let position = start;
  return new ReadableStream({
    async pull(controller) {
      const chunk = await file.read(position, Math.min(position + CHUNK, end + 1));
      position += chunk.length;
      if (chunk.length > 0) controller.enqueue(chunk);
      if (chunk.length === 0 || position > end) controller.close();
    },
  }, { highWaterMark: 0 });
}

/** What {@linkcode fileRoutes} serves from. */
export interface FileRoutesOptions {
  sessions: SessionStore;
  images: ImageStore;
}

/** Serves what was uploaded: finished videos, their thumbnails, and images. */
export function fileRoutes({ sessions, images }: FileRoutesOptions): Hono {
  const finished = (id: string) => sessions.all().find((session) => session.id === id && session.facts);
  const app = new Hono();
  app.get("/videos/:name{.+\\.mp4}", async (c) => {
    const session = finished(c.req.param("name").slice(0, -".mp4".length));
    return session === undefined ? c.notFound() : await serveFile(c, { ...session, type: "video/mp4" });
  });
  app.get("/thumbnails/:name{.+\\.jpg}", (c) => {
    const session = finished(c.req.param("name").slice(0, -".jpg".length));
    return session === undefined ? c.notFound() : c.body(THUMBNAIL, 200, { "Content-Type": "image/jpeg" });
  });
  app.get("/images/:id", async (c) => {
    const image = images.get(c.req.param("id"));
    return image === undefined ? c.notFound() : await serveFile(c, image);
  });
  return app;
}
