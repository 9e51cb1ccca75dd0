import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { onTestFinished } from "vitest";
import { REQUESTS_PER_BROKEN_CONNECTION } from "./runtime.ts";

/** A request as it came over the socket. */
export interface RecordedRequest {
  method: string;
  /** Path without the query. */
  path: string;
  query: URLSearchParams;
  /** By lower-case name. */
  headers: Record<string, string | undefined>;
  body: Uint8Array;
  /** `performance.now()` of its arrival. */
  arrivedAt: number;
}

/** What a server answers: an envelope or a text, or whatever a function does with the response itself. */
export type Reply =
  | { status?: number; headers?: Record<string, string>; json: unknown }
  | { status?: number; headers?: Record<string, string>; text: string }
  | ((response: ServerResponse, request: IncomingMessage) => void);

/** Decides what to answer; `index` counts the requests from 0. */
export type Answerer = (request: RecordedRequest, index: number) => Reply | Promise<Reply>;

/** A raw HTTP server that keeps the bytes of every request. */
export interface RecordingServer {
  /** Its origin, on loopback. */
  url: string;
  /** Every request that came in whole, in order. */
  requests: RecordedRequest[];
  /** How many connections were opened to it. */
  connections(): number;
}

/** A successful envelope. */
export function success(response?: unknown): Reply {
  return { json: { error: "", message: "", request_id: "request-0", ...(response === undefined ? {} : { response }) } };
}

/** What each endpoint that has something to tell tells on success, by the end of its path. */
const RESPONSES: Record<string, unknown> = {
  "media_space/init_video_upload": { video_upload_id: "sg_1" },
  "media/init_video_upload": { video_upload_id: "sg_1", part_size: 10_485_760 },
  "media_space/get_video_upload_result": { status: "TRANSCODING" },
  "media/get_video_upload_result": { status: "PROCESSING" },
  "media_space/upload_image": {
    image_info_list: [{ id: 0, error: "", message: "", image_info: { image_id: "sg-1", image_url_list: [] } }],
  },
  "media/upload_image": { image_list: [{ image_id: "sg-1", image_url: "https://cf.shopee.sg/sg-1" }] },
};

/** What Shopee answers when all is well. */
export const wellDone: Answerer = ({ path }) => success(RESPONSES[path.replace("/api/v2/", "")]);

/** An envelope with an error. */
export function failure(error: string, message: string = "", options: FailureOptions = {}): Reply {
  return { ...options, json: { error, message, request_id: "request-1" } };
}

/** HTTP status and headers of a {@linkcode failure}. */
export interface FailureOptions {
  /** @default 200 */
  status?: number;
  headers?: Record<string, string>;
}

/** Never answers. */
export const silence: Reply = () => {};

/** Cuts the connection. */
export const reset: Reply = (response) => response.destroy();

/** What a server must answer to let one attempt fail by a broken connection. */
export const brokenAttempt: Reply[] = Array<Reply>(REQUESTS_PER_BROKEN_CONNECTION).fill(reset);

/** Answers one reply after the other, and the last of them for ever. */
export function inTurn(...replies: Reply[]): Answerer {
  return (_, index) => replies[Math.min(index, replies.length - 1)]!;
}

/**
 * Starts a server that lasts as long as the test.
 *
 * @param answer What it answers. @default wellDone
 */
export async function startRecordingServer(answer: Answerer = wellDone): Promise<RecordingServer> {
  const requests: RecordedRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;

  const server = createServer(async (incoming, response) => {
    // A client that hangs up is no error of the server's.
    incoming.on("error", () => {});
    response.on("error", () => {});
    const arrivedAt = performance.now();
    const body = await readAll(incoming).catch(() => undefined);
    if (body === undefined) return;
    const url = new URL(incoming.url!, "http://127.0.0.1");
    const request: RecordedRequest = {
      method: incoming.method!,
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers as Record<string, string | undefined>,
      body,
      arrivedAt,
    };
    const reply = await answer(request, requests.push(request) - 1);
    if (typeof reply === "function") return reply(response, incoming);
    const text = "json" in reply ? JSON.stringify(reply.json) : reply.text;
    response.writeHead(reply.status ?? 200, { "Content-Type": "application/json", ...reply.headers });
    response.end(text);
  });
  server.on("connection", (socket) => {
    connections++;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    connections: () => connections,
  };
}

// Not by iteration, which on Bun closes the connection when it ends.
function readAll(incoming: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  return new Promise((resolve, reject) => {
    incoming.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    incoming.on("end", () => resolve(new Uint8Array(Buffer.concat(chunks))));
    incoming.on("close", () => reject(new Error("The client hung up")));
  });
}
