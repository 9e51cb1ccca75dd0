import type { VideoInfoByModule, VideoModule } from "../platform/types/video_module.ts";

/** A session at Shopee. */
export interface VideoUploadSession<Module extends VideoModule = VideoModule> {
  /** The module it belongs to. */
  module: Module;
  /** Shopee's id of it. */
  videoUploadId: string;
  /** Bytes of every part but the last. */
  partSize: number;
}

/** A video that was uploaded, and that Shopee has accepted. Of either module, `module` tells which. */
export type VideoUploadResult<Module extends VideoModule = VideoModule> = {
  [M in Module]: UploadedVideo<M>;
}[Module];

/** A video that was uploaded to one module. */
export interface UploadedVideo<Module extends VideoModule> {
  /** The module it was uploaded to. */
  module: Module;
  /** Shopee's id of it, to be used on an item. */
  videoUploadId: string;
  /** Bytes in the whole file. */
  size: number;
  /** Lower-case hex MD5 of the whole file. */
  md5: string;
  /** Numbers of all parts, from 0. */
  parts: number[];
  /** Whole ms from the first part's request to the last part's answer. */
  uploadCost: number;
  /** What Shopee made of it. */
  videoInfo: VideoInfoByModule[Module];
}
