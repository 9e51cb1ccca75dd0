import { isInvalidInputError } from "../errors.ts";
import { breakRule } from "./break_rule.ts";
import type { BrokenRule } from "./broken_rule.ts";
import { checkSize } from "./check_size.ts";
import type { FileCheck } from "./file_check.ts";
import type { ReadableFile } from "./readable_file.ts";
import { unreadablePrefix } from "./unreadable.ts";

/** How the files of a kind are looked at. */
export interface CheckFileOptions<Info> {
  /** What the file is to be. */
  what: "video" | "image";
  /** Bytes in the largest file. */
  maxSize: number;
  /** Looks into it. */
  inspect: (blob: ReadableFile) => Promise<Info>;
  /** Holds it against the rules. */
  check: (info: Info) => BrokenRule[];
}

/** Checks a file, so that one that cannot be read breaks a rule just as one that is too long does. */
export async function checkFile<Info>(blob: ReadableFile, options: CheckFileOptions<Info>): Promise<FileCheck<Info>> {
  const { what, maxSize, inspect, check } = options;
  const broken = checkSize(what, { size: blob.size, maxSize });
  if (blob.size === 0) return { info: null, broken };

  try {
    const info = await inspect(blob);
    return { info, broken: check(info) };
  } catch (error) {
    if (!isInvalidInputError(error)) throw error;
    const reason = error.message.slice(unreadablePrefix(what).length);
    return { info: null, broken: [breakRule(what, { rule: "readable", value: null, limit: 1, reason }), ...broken] };
  }
}
