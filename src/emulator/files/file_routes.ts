import { stat } from "node:fs/promises";
import { type Context, Hono } from "hono";
import type { EmulatorContext } from "../context.ts";
import { fileStream } from "./file_stream.ts";
import { parseRange } from "./parse_range.ts";
import { THUMBNAIL } from "./thumbnail.ts";

/** Serves what was uploaded: finished videos, their thumbnails, and images. */
export function fileRoutes({ sessions, images }: EmulatorContext): Hono {
  const finished = (id: string) => sessions.all().find((session) => session.id === id && session.facts);
  const app = new Hono();
  app.get("/videos/:name{.+\\.mp4}", async (c) => {
    const session = finished(c.req.param("name").slice(0, -".mp4".length));
    return session === undefined ? c.notFound() : await serveFile(c, session.path, "video/mp4");
  });
  app.get("/thumbnails/:name{.+\\.jpg}", (c) => {
    const session = finished(c.req.param("name").slice(0, -".jpg".length));
    return session === undefined ? c.notFound() : c.body(THUMBNAIL, 200, { "Content-Type": "image/jpeg" });
  });
  app.get("/images/:id", async (c) => {
    const image = images.get(c.req.param("id"));
    return image === undefined ? c.notFound() : await serveFile(c, image.path, image.type);
  });
  return app;
}

async function serveFile(c: Context, path: string, type: string): Promise<Response> {
  const { size, mtimeMs } = await stat(path);
  const etag = `"${size.toString(16)}-${Math.floor(mtimeMs).toString(16)}"`;
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
  return c.req.method === "HEAD" ? c.body(null) : c.body(fileStream(path, { start, end }));
}
