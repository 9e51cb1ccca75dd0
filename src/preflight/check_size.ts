import { breakRule } from "./break_rule.ts";
import type { BrokenRule } from "./broken_rule.ts";

/** Holds the bytes in a file against the most that are allowed. */
export function checkSize(what: "video" | "image", sizes: { size: number; maxSize: number }): BrokenRule[] {
  const { size, maxSize } = sizes;
  if (size === 0) return [breakRule(what, { rule: "not_empty", value: 0, limit: 1, reason: "the file is empty" })];
  if (size <= maxSize) return [];
  const reason = `it has ${size} bytes, at most ${maxSize} are allowed`;
  return [breakRule(what, { rule: "size", value: size, limit: maxSize, reason })];
}
