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

/**
 * What an upload is over with: `uploaded`, when Shopee has acknowledged that all of the video is there; `ready`, when it has
 * been transcoded, too.
 */
export type UploadUntil = "uploaded" | "ready";

/** What an upload comes to, by what it was to be over with. */
export type ResultUntil<Module extends VideoModule, Until extends UploadUntil> = Until extends "ready"
  ? VideoUploadResult<Module>
  : { [M in Module]: SentVideo<M> }[Module];

/** A video that was uploaded to one module, and is ready there. */
export interface UploadedVideo<Module extends VideoModule> extends SentVideo<Module> {
  /** What Shopee made of it. */
  videoInfo: VideoInfoByModule[Module];
  /** When Shopee's word was heard. A product video can be attached to an item some 15 s later. */
  succeededAt: Date;
}

/** A video that is at Shopee, but may not be ready yet: `waitForVideo` waits for it. */
export interface SentVideo<Module extends VideoModule> {
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
}
