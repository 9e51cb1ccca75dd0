import type { BrokenRule } from "./broken_rule.ts";

/** What became of the check of a file. */
export interface FileCheck<Info> {
  /** What the file says of itself; `null` when it cannot be read, and `broken` tells why. */
  info: Info | null;
  /** All the rules that it breaks: none for a good file. */
  broken: BrokenRule[];
}
