/**
 * `bench/send_child.ts SENDER TASK`: sends parts that lie in memory, unhashed, and prints what it cost as JSON.
 *
 * @module
 */
import process from "node:process";
import { MediaManager } from "../mod.ts";
import { measureCost } from "./measure_cost.ts";
import { ourOptions } from "./uploaders/our_options.ts";
import { plainCalls } from "./uploaders/plain_calls.ts";
import type { UploadTask } from "./uploaders/upload_task.ts";

/** Sends one part. */
type Send = (seq: number) => Promise<unknown>;

/** Ways to send parts. */
export type SenderName = "ours" | "fetch + FormData";

const SENDERS: Record<SenderName, (task: UploadTask, bytes: Uint8Array<ArrayBuffer>) => Send> = {
  "ours": (task, bytes) => {
    const media = new MediaManager(ourOptions(task).manager);
    return (part_seq) =>
      media.uploadVideoPart({ video_upload_id: "bench", part_seq, content_md5: MD5, part_content: bytes });
  },
  "fetch + FormData": (task, bytes) => {
    const { sendPart } = plainCalls(task);
    return (seq) => sendPart({ seq, bytes, md5: MD5 });
  },
};

const MD5 = "0".repeat(32);
const [name, json] = process.argv.slice(2);
const task: UploadTask = JSON.parse(json!);
const send = SENDERS[name as SenderName](task, new Uint8Array(task.partSize).fill(1));
const parts = Array.from({ length: Math.ceil(task.size / task.partSize) }, (_, seq) => seq).values();

async function sendInTurn(): Promise<void> {
  for (const seq of parts) await send(seq);
}

// Loads `fetch`, which is not what is measured.
await send(0);
const cost = await measureCost(() => Promise.all(Array.from({ length: task.concurrency }, sendInTurn)));
console.log(JSON.stringify(cost));
