import { isInvalidInputError } from "../../errors.ts";
import {
  type BrokenRule,
  checkImageFile,
  checkVideoFile,
  type ImageFileInfo,
  type ReadableFile,
  sniffImageFormat,
  type VideoFileInfo,
  type VideoModule,
} from "../../preflight/mod.ts";
import { openFile } from "../open_file.ts";

/** What the check of a file has found. `info` is null for one that cannot be read, `kind` for one that cannot be opened. */
export type CheckedFile =
  & { file: string; broken: BrokenRule[] }
  & (
    | { kind: "video"; info: VideoFileInfo | null }
    | { kind: "image"; info: ImageFileInfo | null }
    | { kind: null; info: null }
  );

/** Options of {@linkcode checkOneFile}. */
export interface CheckOneFileOptions {
  /** Whose rules. */
  module: VideoModule;
  /** Aborted when the user interrupts. */
  signal: AbortSignal;
}

/** As many bytes as tell an image. */
const HEAD_SIZE = 12;

/**
 * Holds one file against Shopee's rules: a picture against those for pictures, any other against those for videos.
 *
 * @param file Its path.
 * @param options Whose rules, and a signal.
 * @returns What was found. A file that cannot be opened breaks the rule `readable`.
 */
export async function checkOneFile(file: string, { module, signal }: CheckOneFileOptions): Promise<CheckedFile> {
  try {
    const source = await openFile(file);
    if (await isImage(source)) return { file, kind: "image", ...await checkImageFile(source, { signal }) };
    return { file, kind: "video", ...await checkVideoFile(source, module, { signal }) };
  } catch (error) {
    if (!isInvalidInputError(error)) throw error;
    const { message } = error;
    return {
      file,
      kind: null,
      info: null,
      broken: [{ rule: "readable", value: null, limit: 1, reason: message, message }],
    };
  }
}

async function isImage(source: ReadableFile): Promise<boolean> {
  const head = await source.slice(0, HEAD_SIZE).arrayBuffer();
  return sniffImageFormat(new Uint8Array(head)) !== undefined;
}
