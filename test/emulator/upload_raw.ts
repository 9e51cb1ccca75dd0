import { type Answer, call, md5, type Target } from "./raw_client.ts";

const MEDIA_SPACE_PART = 4_194_304;

/** Opens a `media_space` session and sends all its parts, at once. */
export async function sendMediaSpace(target: Target, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const { response, error, message } = await call(target, "media_space/init_video_upload", {
    json: { file_md5: md5(bytes), file_size: bytes.length },
  });
  if (error !== "") throw new Error(`${error}: ${message}`);
  const id: string = response.video_upload_id;
  await Promise.all(
    split(bytes, MEDIA_SPACE_PART).map(async (part, seq) => {
      const answer = await call(target, "media_space/upload_video_part", { form: spacePart(id, seq, part) });
      if (answer.error !== "") throw new Error(`${answer.error}: ${answer.message}`);
    }),
  );
  return id;
}

/** Completes a `media_space` session. */
export function completeMediaSpace(target: Target, id: string, count: number): Promise<Answer> {
  return call(target, "media_space/complete_video_upload", {
    json: {
      video_upload_id: id,
      part_seq_list: Array.from({ length: count }, (_, seq) => seq),
      report_data: { upload_cost: 17 },
    },
  });
}

/** Opens a `media` session and sends all its parts, at once. */
export async function sendMedia(target: Target, bytes: Uint8Array<ArrayBuffer>, fileName = "a.mp4"): Promise<string> {
  const { response, error, message } = await call(target, "media/init_video_upload", {
    json: { business: 3, scene: 1, file_name: fileName, file_size: bytes.length, duration: 12 },
  });
  if (error !== "") throw new Error(`${error}: ${message}`);
  const id: string = response.video_upload_id;
  await Promise.all(
    split(bytes, response.part_size).map(async (part, seq) => {
      const answer = await call(target, "media/upload_video_part", { form: mediaPart(id, seq, part) });
      if (answer.error !== "") throw new Error(`${answer.error}: ${answer.message}`);
    }),
  );
  return id;
}

/** Completes a `media` session. */
export function completeMedia(target: Target, id: string): Promise<Answer> {
  return call(target, "media/complete_video_upload", { json: { video_upload_id: id } });
}

/** The form of a `media_space` part. */
export function spacePart(id: string, seq: number, part: Uint8Array<ArrayBuffer>): Record<string, string | Blob> {
  return { video_upload_id: id, part_seq: String(seq), content_md5: md5(part), part_content: new Blob([part]) };
}

/** The form of a `media` part. */
export function mediaPart(id: string, seq: number, part: Uint8Array<ArrayBuffer>): Record<string, string | Blob> {
  return { video_upload_id: id, part_seq: String(seq), part_md5: md5(part), part_content: new Blob([part]) };
}

/** Asks for the result until it is final. */
export async function waitForResult(target: Target, module: "media_space" | "media", id: string): Promise<Answer> {
  while (true) {
    const answer = await call(target, `${module}/get_video_upload_result`, {
      method: "GET",
      query: { video_upload_id: id },
    });
    if (["SUCCEEDED", "FAILED", "CANCELLED", undefined].includes(answer.response?.status)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function split(bytes: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer>[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, seq) => {
    return bytes.subarray(seq * size, (seq + 1) * size);
  });
}
