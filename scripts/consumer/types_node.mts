import { createVideoUploadSink, MediaManager, uploadVideo } from "shopee-media";
import { startEmulator } from "shopee-media/emulator";
import { fileSource } from "shopee-media/node";
import { checkVideoFile } from "shopee-media/preflight";
import { createPushHandler } from "shopee-media/push";

console.log(
  [
    createVideoUploadSink,
    MediaManager,
    uploadVideo,
    startEmulator,
    fileSource,
    checkVideoFile,
    createPushHandler,
  ].length,
);
