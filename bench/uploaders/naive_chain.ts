import { createMD5 } from "hash-wasm";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { GatherStream } from "../gather_stream.ts";
import { plainCalls } from "./plain_calls.ts";
import type { Upload, UploadTask } from "./upload_task.ts";

/**
 * What one writes who knows streams: read stream, `TransformStream`, `hash-wasm`, and `FormData` with several parts in
 * flight.
 *
 * @param task What is to be uploaded.
 * @returns The upload.
 */
export function prepareNaiveChain(task: UploadTask): Promise<Upload> {
  return Promise.resolve(async () => {
    const { call, sendPart } = plainCalls(task);
    const [whole, single] = await Promise.all([createMD5(), createMD5()]);
    const inFlight = new Set<Promise<void>>();
    const held: (() => Promise<void>)[] = [];
    const isHeld = task.module === "media_space";

    async function start(send: () => Promise<void>): Promise<void> {
      while (inFlight.size >= task.concurrency) await Promise.race(inFlight);
      const sending = send().finally(() => inFlight.delete(sending));
      inFlight.add(sending);
    }

    if (!isHeld) await call("init_video_upload");
    const file = Readable.toWeb(createReadStream(task.path)) as ReadableStream<Uint8Array<ArrayBuffer>>;
    let seq = 0;
    for await (const bytes of file.pipeThrough(new GatherStream(task.partSize))) {
      whole.update(bytes);
      const part = { seq: seq++, bytes, md5: single.init().update(bytes).digest() };
      const send = () => sendPart(part);
      if (isHeld) held.push(send);
      else await start(send);
    }
    whole.digest();
    if (isHeld) await call("init_video_upload");
    for (const send of held) await start(send);
    await Promise.all(inFlight);
    await call("complete_video_upload");
    await call("get_video_upload_result");
  });
}
