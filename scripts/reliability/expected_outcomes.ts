import { type Cell, hasToken } from "./cell.ts";

/** Refusals of a batch of images for which one of them may be to blame: each is then sent alone. */
const BLAMES_AN_IMAGE = new Set(["error_param", "error_file_size"]);

/**
 * What the contract lets a run come to: `succeeded`, `aborted` with the caller's own reason, or an error's name with
 * Shopee's code.
 *
 * @param cell The run.
 * @returns Every outcome that keeps the promises; mostly one.
 */
export function expectedOutcomes(cell: Cell): string[] {
  const { faultCase: { kind, code, done }, stage, calls } = cell;
  const lasting = code === undefined ? "TransportError" : `ShopeeApiError ${code}`;
  // Whatever becomes of the cancel, the caller sees why the upload was given up.
  if (stage === "cancel") return ["aborted"];

  switch (kind) {
    case "harmless":
      return ["succeeded"];
    case "final":
      return [stage === "images" && calls === "first" && BLAMES_AN_IMAGE.has(code!) ? "succeeded" : lasting];
    case "token":
      return [hasToken(cell) && calls === "first" ? "succeeded" : lasting];
    case "expired":
      return [hasToken(cell) && calls === "every" ? lasting : "succeeded"];
    case "clock":
      // A clock that is right again after one answer: the one correction that the contract grants may be used up.
      return calls === "first" ? ["succeeded", lasting] : ["succeeded"];
    case "passing":
      // The new pair went down with the answer, and a refresh token serves once: the shop must be authorised again.
      if (calls === "first") return [stage === "token" && done ? "ShopeeApiError error_auth" : "succeeded"];
      if (stage === "complete" && done) return ["succeeded"];
      return [stage === "result" ? "ResultTimeoutError" : lasting];
  }
}
