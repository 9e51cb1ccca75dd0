import { Refusal } from "../api/answer.ts";
import { runtime } from "../../runtime.ts";
import { thumbnailUrl } from "../files/media_info.ts";
import type { VideoPost } from "../session/catalogue.ts";
import { isFinished, type UploadSession } from "../session/upload_session.ts";
import { booleanField, type Fields, integerField, listField, objectField, textField } from "./fields.ts";
import type { Call, Handlers } from "./handler.ts";
import { readJson } from "./read_body.ts";

/** As much of the module `video` as an upload needs: it gets a cover, becomes a draft, and is posted once. */
export const videoHandlers: Handlers<"video"> = {
  "video/get_cover_list": getCoverList,
  "video/edit_video_info": editVideoInfo,
  "video/post_video": postVideo,
};

/** Videos in one call. */
const MAX_VIDEOS = 5;
const MAX_ITEMS = 6;
/** UTF-16 units. */
const MAX_CAPTION = 150;

/** Why one video of a list was left out. */
interface Failure {
  fail_video_upload_id: string;
  failed_reason: string;
}

function getCoverList({ query, origin, context }: Call): { image_url_list: string[] } {
  const session = context.sessions.find(textField(Object.fromEntries(query), "video_upload_id"), {
    module: "media",
    shopId: undefined,
  });
  if (!isFinished(session)) throw new Refusal("unfinishedVideo", { id: session.id });
  return { image_url_list: [thumbnailUrl(origin, session)] };
}

/** Makes drafts. One that was not posted yet can be edited again. */
async function editVideoInfo(call: Call): Promise<{ success_list: string[]; failure_list: Failure[] }> {
  const fields = await readJson(call.request);
  const aigcLabel = booleanField(fields, "aigc_label");
  const { posts } = call.context.catalogue;
  const success_list: string[] = [];
  const failure_list: Failure[] = [];
  for (const entry of listField(fields, "video_upload_list", MAX_VIDEOS)) {
    const given = objectField({ entry }, "entry");
    const id = textField(given, "video_upload_id");
    const details = detailsOf(given);
    const session = call.context.sessions.all().find((one) => one.id === id);
    const failed_reason = whyNoDraft(session) ?? (isPosted(posts.get(id)) ? "video status is not draft" : undefined);
    if (failed_reason !== undefined) {
      failure_list.push({ fail_video_upload_id: id, failed_reason });
      continue;
    }
    const { coverImageUrl = thumbnailUrl(call.origin, session!) } = details;
    posts.set(id, { ...details, videoUploadId: id, userId: call.userId!, coverImageUrl, aigcLabel });
    success_list.push(id);
  }
  return { success_list, failure_list };
}

/** What is to stand beside the video. */
function detailsOf(given: Fields): Pick<VideoPost, "caption" | "itemIds"> & { coverImageUrl?: string } {
  const allowed = objectField(given, "allow_info");
  booleanField(allowed, "allow_duet");
  booleanField(allowed, "allow_stitch");
  booleanField(objectField(given, "scheduled_info"), "scheduled_post");
  const { caption = "", item_info: items = [], cover_image_url: cover } = given;
  if (typeof caption !== "string" || caption.length > MAX_CAPTION) {
    throw new Refusal("wrongField", { name: "caption", want: `must be a text of up to ${MAX_CAPTION}`, given: "" });
  }
  const itemIds = listField({ item_info: items }, "item_info", MAX_ITEMS, 0).map((item) =>
    integerField(objectField({ item }, "item"), "item_id")
  );
  return { caption, itemIds, ...(cover !== undefined && { coverImageUrl: textField(given, "cover_image_url") }) };
}

function whyNoDraft(session: UploadSession | undefined): string | undefined {
  if (session === undefined) return "Upload task not found.";
  if (session.module !== "media") return "Invalid video source";
  if (!isFinished(session)) return "The video is not ready.";
  return undefined;
}

/** What one posted video is answered with. */
interface Posted {
  success_video_upload_id: string;
  post_id: string;
}

/** Posts drafts, each once. */
async function postVideo(call: Call): Promise<{ success_list: Posted[]; failure_list: Failure[] }> {
  const fields = await readJson(call.request);
  const { posts } = call.context.catalogue;
  const success_list: Posted[] = [];
  const failure_list: Failure[] = [];
  for (const given of listField(fields, "video_upload_id_list", MAX_VIDEOS)) {
    const id = textField({ video_upload_id: given }, "video_upload_id");
    const draft = posts.get(id);
    if (draft === undefined || draft.userId !== call.userId || isPosted(draft)) {
      failure_list.push({ fail_video_upload_id: id, failed_reason: "video status is not draft" });
      continue;
    }
    draft.postId = runtime.uuid().replaceAll("-", "");
    success_list.push({ success_video_upload_id: id, post_id: draft.postId });
  }
  return { success_list, failure_list };
}

function isPosted(post: VideoPost | undefined): boolean {
  return post?.postId !== undefined;
}
