/**
 * `bench/server.ts OPTIONS`: a Shopee that believes everything, in a process of its own and as lean as `node:http` allows,
 * so that the clients are what is measured. Prints its port. `GET /received` answers the bytes of bodies that came since it
 * was last asked.
 *
 * @module
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { createLine } from "./line.ts";
import type { BenchServerOptions } from "./server_options.ts";

const options: BenchServerOptions = JSON.parse(process.argv[2] ?? "{}");
const { partSize = 10 * 1024 * 1024, partDelay = 0 } = options;
const line = createLine(options);
let received = 0;

const ok = (response?: unknown) => JSON.stringify({ error: "", message: "", request_id: "bench", response });
const opened = ok({ video_upload_id: "bench", part_size: partSize });
const result = ok({ status: "SUCCEEDED", message: "", reason: "", video_info: { duration: 12 } });
const empty = ok();

const server = createServer(async (request, response) => {
  const path = request.url!.split("?", 1)[0]!;
  if (path === "/received") {
    response.end(String(received));
    received = 0;
    return;
  }
  try {
    received += await line.receive(request);
    if (path.endsWith("/upload_video_part") && partDelay > 0) await pause(partDelay);
    await line.answer();
  } catch {
    return; // The client has gone.
  }
  response.setHeader("Content-Type", "application/json");
  if (path.endsWith("/init_video_upload")) response.end(opened);
  else if (path.endsWith("/get_video_upload_result")) response.end(result);
  else response.end(empty);
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));

// Its parent's end is its own, too.
process.stdin.on("end", () => process.exit()).resume();
