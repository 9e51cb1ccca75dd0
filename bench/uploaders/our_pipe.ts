import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { ourOptions } from "./our_options.ts";
import type { Upload, UploadTask } from "./upload_task.ts";

/**
 * A stream that is not ours, piped into our sink.
 *
 * @param task What is to be uploaded.
 * @returns The upload.
 */
export async function prepareOurPipe(task: UploadTask): Promise<Upload> {
  const { createVideoUploadSink, MediaManager } = await import("../../mod.ts");
  const options = ourOptions(task);
  return async () => {
    const source = Readable.toWeb(createReadStream(task.path)) as ReadableStream<Uint8Array<ArrayBuffer>>;
    const sink = createVideoUploadSink(new MediaManager(options.manager), options.upload);
    await source.pipeTo(sink);
    await sink.result;
  };
}
