import type { BrokenRule } from "./broken_rule.ts";

/** Says that a file breaks a rule; `what` names the file in the sentence. */
export function breakRule(what: "video" | "image", rule: Omit<BrokenRule, "message">): BrokenRule {
  return { ...rule, message: `Cannot upload the ${what}: ${rule.reason}` };
}
