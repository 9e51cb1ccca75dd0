// What a TypeScript consumer sees of the installed package. It is checked as an ES module and, copied to types.cts, as a
// CommonJS one. See check_package.ts.
import { createVideoUploadSink, MediaManager } from "shopee-media";
import type { VideoUploadResult } from "shopee-media";
import { startEmulator } from "shopee-media/emulator";
import "shopee-media/polyfill";

const media = new MediaManager({ partnerId: 1, partnerKey: "key", shopId: 2, accessToken: "token" });
const sink: WritableStream<BufferSource> & { result: Promise<VideoUploadResult> } = createVideoUploadSink(media);

// @ts-expect-error: a wrong option is noticed, so the types are more than `any`
createVideoUploadSink(media, { concurrency: "three" });

export const result: Promise<VideoUploadResult> = sink.result;
export const url: Promise<string> = startEmulator({ port: 0 }).then((emulator) => emulator.url);
