import { createHash } from "node:crypto";
import type { VideoModule } from "../../../mod.ts";
import { PICTURE, TINY_PICTURE, VIDEO, WEBP_PICTURE } from "./samples.ts";

/** The six calls that both modules have. */
export type CallName =
  | "init_video_upload"
  | "upload_video_part"
  | "complete_video_upload"
  | "get_video_upload_result"
  | "cancel_video_upload"
  | "upload_image";

/** One of the twelve calls. */
export type Call = `${VideoModule}/${CallName}`;

/** Bytes of a file. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** What a call sends, by the platform's names. Bytes are the file of a part, lists of them are pictures. */
export type Fields = Record<string, string | number | number[] | object | Bytes | Bytes[] | undefined>;

/** How a call is signed, where it is otherwise than the reference wants it. */
export interface Signing {
  /** Whose signature it bears. */
  as?: "app" | "shop";
  /** Seconds by which its timestamp is ahead of now. */
  ahead?: number;
  /** In place of the user's own; the signature fits them. */
  partnerId?: number;
  shopId?: number;
  accessToken?: string;
  /** In place of the signature that would be right. */
  sign?: string;
}

/** One question to the platform: a call, and what is wrong with it. */
export interface Probe {
  /** The call. */
  call: Call;
  /** What is wrong with it, in a word or two. Together with the call it is unique. */
  name: string;
  /** What it sends otherwise than a call that is well made; `undefined` leaves a field out. */
  fields?: Fields;
  /** How it is signed. */
  sign?: Signing;
  /** What it is sent as, where that is wrong. */
  as?: "json";
  /** Its path, where that is wrong. */
  path?: string;
  /** Whether it is made again and again until the video is ready. */
  untilReady?: boolean;
}

/** A file that is announced by an init, and its first part. */
export interface Clip {
  /** Bytes that are announced. */
  size: number;
  /** MD5 that is announced. */
  md5: string;
  /** What is sent as the first part. */
  part: Bytes;
}

/** Probes that share one upload: it is opened before them if need be, and cancelled after them if it still is open. */
export interface Script {
  /** Where to. */
  module: VideoModule;
  /** What is uploaded. */
  clip: Clip;
  /** Calls of the module, well made, that go before the first probe. */
  before: CallName[];
  /** The probes, in order. */
  probes: Probe[];
  /** Whether a video or pictures stay at the platform. */
  leaves: boolean;
}

const PART_SIZE = 4_194_304;
/** As long as the real ones, so that nothing but its not being known is wrong with it. */
const UNKNOWN_ID = "sg_00000000-0000-4000-8000-000000000000_000000";
const OTHER_MD5 = md5("another file");

const BYTES = new TextEncoder().encode("No video at all");
const BYTES_CLIP = clipOf(BYTES);
const VIDEO_CLIP = clipOf(VIDEO);
const MISNAMED_CLIP: Clip = { ...BYTES_CLIP, md5: OTHER_MD5 };
const TWO_PARTS: Clip = { size: 2 * PART_SIZE, md5: OTHER_MD5, part: BYTES };
const OVERLONG_PART: Clip = { ...TWO_PARTS, part: new Uint8Array(PART_SIZE + 1) };

/** All that is asked, in the order in which it is asked. The first one shows whether the credentials are good at all. */
export const SCRIPTS: readonly Script[] = [
  ...ask("media_space/init_video_upload", {
    "well": {},
    "wrong-sign": { sign: { sign: "0".repeat(64) } },
    "old-timestamp": { sign: { ahead: -3600 } },
    "early-timestamp": { sign: { ahead: 3600 } },
    "unknown-partner": { sign: { partnerId: 1 } },
    "unknown-token": { sign: { accessToken: "0".repeat(32) } },
    "no-token": { sign: { as: "app" } },
    "another-shop": { sign: { shopId: 1 } },
    "wrong-path": { path: "/api/v2/media_space/no_such_call" },
    "wrong-md5": { fields: { file_md5: "no MD5" } },
    "no-size": { fields: { file_size: undefined } },
    "too-large": { fields: { file_size: 31_457_281 } },
  }),
  ...ask("media_space/upload_video_part", {
    "well": {},
    "for-the-shop": { sign: { as: "shop" } },
    "wrong-md5": { fields: { content_md5: OTHER_MD5 } },
    "beyond-the-last": { fields: { part_seq: 1 } },
    "no-form": { as: "json" },
  }, { before: ["init_video_upload"] }),
  ...ask("media_space/upload_video_part", { "twice": {} }, { before: ["init_video_upload", "upload_video_part"] }),
  ...ask("media_space/upload_video_part", { "too-long": {} }, { before: ["init_video_upload"], clip: OVERLONG_PART }),
  ...ask("media_space/upload_video_part", { "too-short": {} }, { before: ["init_video_upload"], clip: TWO_PARTS }),
  ...ask("media_space/upload_video_part", { "cancelled": {} }, {
    before: ["init_video_upload", "cancel_video_upload"],
  }),
  ...ask("media_space/upload_video_part", { "unknown-id": { fields: { video_upload_id: UNKNOWN_ID } } }),
  ...ask("media_space/complete_video_upload", { "no-parts": {} }, { before: ["init_video_upload"] }),
  ...ask("media_space/complete_video_upload", { "wrong-list": { fields: { part_seq_list: [1] } } }, {
    before: ["init_video_upload", "upload_video_part"],
  }),
  ...ask("media_space/complete_video_upload", { "wrong-md5": {} }, {
    before: ["init_video_upload", "upload_video_part"],
    clip: MISNAMED_CLIP,
  }),
  ...ask("media_space/complete_video_upload", { "unknown-id": { fields: { video_upload_id: UNKNOWN_ID } } }),
  ...ask("media_space/get_video_upload_result", { "well": {} }, { before: ["init_video_upload"] }),
  ...ask("media_space/get_video_upload_result", { "cancelled": {} }, {
    before: ["init_video_upload", "cancel_video_upload"],
  }),
  ...ask("media_space/get_video_upload_result", { "unknown-id": { fields: { video_upload_id: UNKNOWN_ID } } }),
  ...ask("media_space/cancel_video_upload", { "well": {} }, { before: ["init_video_upload"] }),
  ...ask("media_space/cancel_video_upload", { "twice": {} }, { before: ["init_video_upload", "cancel_video_upload"] }),
  ...ask("media_space/cancel_video_upload", { "unknown-id": { fields: { video_upload_id: UNKNOWN_ID } } }),
  ...ask("media_space/upload_image", {
    // A form without any field may not be taken for one.
    "none": { fields: { image: undefined, scene: "normal" } },
    "ten": { fields: { image: Array(10).fill(PICTURE) } },
    // Whether nine may come is not known. As none of these would be taken, the answer leaves nothing behind.
    "nine-tiny": { fields: { image: Array(9).fill(TINY_PICTURE) } },
    "tiny": { fields: { image: [TINY_PICTURE] } },
    "webp": { fields: { image: [WEBP_PICTURE] } },
  }),

  ...ask("media/init_video_upload", {
    "well": {},
    "for-the-shop": { sign: { as: "shop" } },
    "wrong-sign": { sign: { sign: "0".repeat(64) } },
    "old-timestamp": { sign: { ahead: -3600 } },
    "wrong-scene": { fields: { scene: 2 } },
    "too-long": { fields: { duration: 181 } },
    "too-large": { fields: { file_size: 1_073_741_825 } },
  }),
  ...ask("media/upload_video_part", {
    "well": {},
    "wrong-md5": { fields: { part_md5: OTHER_MD5 } },
    "beyond-the-last": { fields: { part_seq: 1 } },
  }, { before: ["init_video_upload"] }),
  ...ask("media/upload_video_part", { "unknown-id": { fields: { video_upload_id: UNKNOWN_ID } } }),
  ...ask("media/complete_video_upload", { "no-parts": {} }, { before: ["init_video_upload"] }),
  ...ask("media/complete_video_upload", { "unknown-id": { fields: { video_upload_id: UNKNOWN_ID } } }),
  ...ask("media/get_video_upload_result", { "well": {} }, { before: ["init_video_upload"] }),
  ...ask("media/get_video_upload_result", { "unknown-id": { fields: { video_upload_id: UNKNOWN_ID } } }),
  ...ask("media/cancel_video_upload", { "well": {} }, { before: ["init_video_upload"] }),
  ...ask("media/cancel_video_upload", { "twice": {} }, { before: ["init_video_upload", "cancel_video_upload"] }),
  ...ask("media/cancel_video_upload", { "unknown-id": { fields: { video_upload_id: UNKNOWN_ID } } }),
  ...ask("media/upload_image", {
    "none": { fields: { images: undefined } },
    "webp": { fields: { images: [WEBP_PICTURE] } },
  }),

  ...(["media_space", "media"] as const).flatMap((module): Script[] => [
    {
      module,
      clip: VIDEO_CLIP,
      before: ["init_video_upload", "upload_video_part"],
      probes: [
        { call: `${module}/complete_video_upload`, name: "well" },
        { call: `${module}/get_video_upload_result`, name: "ready", untilReady: true },
        { call: `${module}/complete_video_upload`, name: "twice" },
      ],
      leaves: true,
    },
    { module, clip: VIDEO_CLIP, before: [], probes: [{ call: `${module}/upload_image`, name: "well" }], leaves: true },
  ]),
];

/** A script for each of the probes, by name. */
function ask(
  call: Call,
  probes: Record<string, Omit<Probe, "call" | "name">>,
  { clip = BYTES_CLIP, before = [] }: Partial<Script> = {},
): Script[] {
  const module = call.startsWith("media_space/") ? "media_space" : "media";
  return Object.entries(probes).map(([name, probe]) => ({
    module,
    clip,
    before,
    probes: [{ call, name, ...probe }],
    leaves: false,
  }));
}

/** The upload that a call is about. */
export interface Upload {
  clip: Clip;
  /** Its `video_upload_id`; `""` before it has one. */
  id: string;
}

/** What a call sends that is well made. */
export function wellMade(call: Call, { clip: { size, md5: file_md5, part }, id: video_upload_id }: Upload): Fields {
  switch (call) {
    case "media_space/init_video_upload":
      return { file_md5, file_size: size };
    case "media_space/upload_video_part":
      return { video_upload_id, part_seq: 0, content_md5: md5(part), part_content: part };
    case "media_space/complete_video_upload":
      return { video_upload_id, part_seq_list: [0], report_data: { upload_cost: 1 } };
    case "media_space/upload_image":
      return { image: [PICTURE, PICTURE] };
    case "media/init_video_upload":
      return { business: 3, scene: 1, file_name: "conform.mp4", file_size: size, duration: 12 };
    case "media/upload_video_part":
      return { video_upload_id, part_seq: 0, part_md5: md5(part), part_content: part };
    case "media/upload_image":
      return { business: 2, scene: 1, images: [PICTURE, PICTURE] };
    default:
      return { video_upload_id };
  }
}

/** The name of a call within its module. */
export function nameOf({ call }: Pick<Probe, "call">): CallName {
  return call.slice(call.indexOf("/") + 1) as CallName;
}

function clipOf(part: Bytes): Clip {
  return { size: part.length, md5: md5(part), part };
}

function md5(data: Uint8Array | string): string {
  return createHash("md5").update(data).digest("hex");
}
