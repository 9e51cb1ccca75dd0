import type { UploadTask } from "./upload_task.ts";

/** A part as it is sent. */
export interface PlainPart {
  /** Its number, from 0. */
  seq: number;
  /** Its bytes. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Their MD5. */
  md5: string;
}

/** The calls of an upload, made as briefly as `fetch` allows. */
export interface PlainCalls {
  /** Makes a call whose body does not matter to the server of the benches. */
  call(name: "init_video_upload" | "complete_video_upload" | "get_video_upload_result"): Promise<void>;
  /** Sends a part as a form. */
  sendPart(part: PlainPart): Promise<void>;
}

/**
 * Makes calls with `fetch` and `FormData`, unsigned.
 *
 * @param task What is to be uploaded.
 * @returns The calls.
 */
export function plainCalls({ module, size, url }: UploadTask): PlainCalls {
  const base = `${url}/api/v2/${module}`;
  async function post(name: string, body: BodyInit): Promise<void> {
    const response = await fetch(`${base}/${name}`, { method: "POST", body });
    const { error } = await response.json() as { error: string };
    if (error !== "") throw new Error(`Cannot ${name}: ${error}`);
  }
  return {
    call: (name) => post(name, JSON.stringify({ video_upload_id: "bench", file_size: size })),
    async sendPart({ seq, bytes, md5 }) {
      const form = new FormData();
      form.set("video_upload_id", "bench");
      form.set("part_seq", `${seq}`);
      form.set(module === "media" ? "part_md5" : "content_md5", md5);
      form.set("part_content", new Blob([bytes]), `part-${seq}`);
      await post("upload_video_part", form);
    },
  };
}
