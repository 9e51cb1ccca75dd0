import { Hono } from "hono";
import type { SessionStore } from "../session/session_store.ts";
import type { ImageStore } from "./image_store.ts";
import { serveFile } from "./serve_file.ts";
import { THUMBNAIL } from "./media_info.ts";

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
