import {
  createVideoUploadSink,
  type MediaManager,
  type VideoSinkOptions,
  type VideoUploadResult,
} from "../../../mod.ts";
import { readAsset } from "../../preflight/support/read_asset.ts";

/** Pipes a file of `test/assets/video` into a sink, without a look at it. */
export async function uploadAsset(
  media: MediaManager,
  name: string,
  options: VideoSinkOptions,
): Promise<VideoUploadResult> {
  const file = new Blob([await readAsset(`video/${name}`)]);
  const sink = createVideoUploadSink(media, { size: file.size, fileName: name, duration: 12, ...options });
  await file.stream().pipeTo(sink);
  return await sink.result;
}
