import type { BrokenRule } from "../errors.ts";
import { type ReadableFile, UnreadableFileError } from "./readable_file.ts";

/** What became of the check of a file. */
export interface FileCheck<Info> {
  /** What the file says of itself; `null` when it cannot be read, and `broken` tells why. */
  info: Info | null;
  /** All the rules that it breaks: none for a good file. */
  broken: BrokenRule[];
  /** What Shopee may refuse, where nobody knows its limit, but for which no file is held back. */
  warnings: BrokenRule[];
}

/** How the files of a kind are looked at. */
export interface CheckFileOptions<Info> {
  /** What the file is to be. */
  what: "video" | "image";
  /** Bytes in the largest file. */
  maxSize: number;
  /** Looks into it. */
  inspect: (file: ReadableFile) => Promise<Info>;
  /** Holds it against the rules. */
  check: (info: Info) => BrokenRule[];
  /** Finds what may be wrong with it. @default nothing */
  warn?: ((info: Info) => BrokenRule[]) | undefined;
}

/** Checks a file, so that one that cannot be understood breaks a rule just as one that is too long does. */
export async function checkFile<Info>(file: ReadableFile, options: CheckFileOptions<Info>): Promise<FileCheck<Info>> {
  const { what, maxSize, inspect, check, warn = () => [] } = options;
  const broken = checkSize(what, { size: file.size, maxSize });
  if (file.size === 0) return { info: null, broken, warnings: [] };

  try {
    const info = await inspect(file);
    return { info, broken: check(info), warnings: warn(info) };
  } catch (error) {
    if (!(error instanceof UnreadableFileError)) throw error;
    const { reason } = error;
    const unreadable = breakRule(what, { rule: "readable", value: null, limit: 1, reason });
    return { info: null, broken: [unreadable, ...broken], warnings: [] };
  }
}

/** Holds the bytes in a file against the most that are allowed. */
export function checkSize(what: "video" | "image", sizes: { size: number; maxSize: number }): BrokenRule[] {
  const { size, maxSize } = sizes;
  if (size === 0) return [breakRule(what, { rule: "not_empty", value: 0, limit: 1, reason: "the file is empty" })];
  if (size <= maxSize) return [];
  const reason = `it has ${size} bytes, at most ${maxSize} are allowed`;
  return [breakRule(what, { rule: "size", value: size, limit: maxSize, reason })];
}

/** Says that a file breaks a rule; `what` names the file in the sentence. */
export function breakRule(what: "video" | "image", rule: Omit<BrokenRule, "message">): BrokenRule {
  return { ...rule, message: `Cannot upload the ${what}: ${rule.reason}` };
}
