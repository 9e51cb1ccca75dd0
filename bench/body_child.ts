/**
 * `bench/body_child.ts STYLE TASK`: sends parts that lie in memory with the runtime's own `fetch`, with bodies built in
 * one style, and prints what it cost as JSON.
 *
 * @module
 */
import process from "node:process";
import type { BodyStyle } from "../src/runtime.ts";
import { createRequestBody } from "../src/api/body/request_body.ts";
import { createMultipart } from "../src/api/body/multipart.ts";
import { measureCost } from "./measure_cost.ts";
import { plainCalls } from "./uploaders/plain_calls.ts";
import type { UploadTask } from "./uploaders/upload_task.ts";

const style = process.argv[2] as BodyStyle | "FormData";
const task: UploadTask = JSON.parse(process.argv[3]!);
const bytes = new Uint8Array(task.partSize).fill(1);
const parts = Array.from({ length: Math.ceil(task.size / task.partSize) }, (_, seq) => seq).values();
const { sendPart } = plainCalls(task);

async function sendBody(seq: number, style: BodyStyle): Promise<void> {
  const multipart = createMultipart([
    { name: "part_seq", value: `${seq}` },
    { name: "part_content", file: bytes, fileName: `part-${seq}`, type: "application/octet-stream" },
  ]);
  const body = await createRequestBody(multipart, { style });
  const headers: Record<string, string> = { "Content-Type": multipart.contentType };
  if (style === "stream") headers["Content-Length"] = `${multipart.length}`;
  const init: RequestInit & { duplex: "half" } = { method: "POST", headers, body, redirect: "error", duplex: "half" };
  const response = await fetch(`${task.url}/api/v2/media_space/upload_video_part`, init);
  await response.text();
}

async function send(seq: number): Promise<void> {
  await (style === "FormData" ? sendPart({ seq, bytes, md5: "0".repeat(32) }) : sendBody(seq, style));
}

async function sendInTurn(): Promise<void> {
  for (const seq of parts) await send(seq);
}

// Loads `fetch`, which is not what is measured.
await send(0);
const cost = await measureCost(() => Promise.all(Array.from({ length: task.concurrency }, sendInTurn)));
console.log(JSON.stringify(cost));
