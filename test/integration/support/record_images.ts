import type { EmulatorApp } from "../../../src/emulator/mod.ts";
import { parseMultipart, type WireField } from "../../support/parse_multipart.ts";

/** The image calls that reached an emulator. */
export interface ImageRecorder {
  /** Passes requests on to the emulator. */
  fetch: typeof fetch;
  /** The files of each call, in the order of the calls. */
  calls: WireField[][];
}

/** Takes down every image as it goes over the wire. */
export function recordImages(emulator: EmulatorApp): ImageRecorder {
  const calls: WireField[][] = [];
  return {
    calls,
    async fetch(input, init) {
      const request = new Request(input, init);
      const { url, method, headers, signal } = request;
      const body = new Uint8Array(await request.arrayBuffer());
      const fields = parseMultipart(headers.get("content-type") ?? "", body);
      calls.push(fields.filter(({ filename }) => filename !== undefined));
      return await emulator.fetch(new Request(url, { method, headers, body, signal }));
    },
  };
}
