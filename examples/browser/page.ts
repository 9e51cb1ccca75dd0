/**
 * A page that uploads a video, with a progress bar. The partner key has no place in a browser: the page looks at the
 * video before a byte is sent, finds out how long it is, and sends it to upload_server.ts, which passes it on to Shopee.
 *
 *     PORT=3000 node examples/upload_server.ts
 *     npx vite examples/browser
 */

import { checkVideoFile } from "shopee-media/preflight";

const input = document.querySelector("input")!;
const bar = document.querySelector("progress")!;
const output = document.querySelector("output")!;

input.addEventListener("change", async () => {
  const file = input.files?.[0];
  if (file === undefined) return;
  output.value = "";
  output.value = await upload(file).catch((error: Error) => error.message);
});

async function upload(file: File): Promise<string> {
  const { info, broken } = await checkVideoFile(file, "media");
  if (broken.length > 0) return broken.map(({ message }) => message).join("\n");

  const duration = Math.round(info?.duration ?? 0);
  const { status, response } = await put(`/videos/${encodeURIComponent(file.name)}?duration=${duration}`, file);
  return status === 202 ? await waitFor(response.videoUploadId) : response.error;
}

/** Shopee has the video; the server answers when it is ready, or that one has to ask again. */
async function waitFor(videoUploadId: string): Promise<string> {
  for (;;) {
    const response = await fetch(`/videos/${videoUploadId}`);
    if (response.status === 202) continue;
    return response.ok ? `${videoUploadId} is ready` : (await response.json()).error;
  }
}

/** `fetch` cannot tell how far it is with a request's body: this old hand can. */
function put(url: string, file: File): Promise<XMLHttpRequest> {
  const request = new XMLHttpRequest();
  request.responseType = "json";
  return new Promise((resolve, reject) => {
    request.upload.onprogress = ({ loaded, total }) => bar.value = loaded / total;
    request.onload = () => resolve(request);
    request.onerror = () => reject(new Error("Cannot upload the video: the server cannot be reached"));
    request.open("PUT", url);
    request.send(file);
  });
}
