/**
 * `slow_server.ts OPTIONS`: as `fast_server.ts`, behind a long and narrow line.
 *
 * @module
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { answerTo } from "./answers.ts";
import { createLine, type LineOptions } from "./line.ts";

/** How the line is, and how long the server works. */
export interface SlowServerOptions extends LineOptions {
  /** Ms that the server works on a part after it has come. */
  partDelay: number;
}

const { partDelay, ...lineOptions }: SlowServerOptions = JSON.parse(process.argv[2]!);
const line = createLine(lineOptions);
let received = 0;

const server = createServer(async (request, response) => {
  const { method, url: target } = request as { method: string; url: string };
  if (target === "/received") {
    response.end(String(received));
    received = 0;
    return;
  }
  const size = await line.receive(request).catch(() => undefined);
  if (size === undefined) return; // The client has given it up.
  received += size;
  if (target.includes("/upload_video_part")) await pause(partDelay);
  await line.answer();
  const answer = answerTo({ method, target, size, header: (name) => String(request.headers[name]) });
  response.writeHead(answer.status ?? 200, answer.headers).end(answer.body);
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));

// Its parent's end is its own, too.
process.stdin.on("end", () => process.exit()).resume();
