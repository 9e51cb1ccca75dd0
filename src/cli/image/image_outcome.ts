import type { UploadedImage } from "../../upload/image/image_batch.ts";
import type { FailureKind } from "../outcome.ts";

/** What became of a picture: Shopee has taken it, or not. */
export type ImageOutcome =
  | { kind: "uploaded"; file: string; image: UploadedImage }
  | { kind: FailureKind; file: string; error: unknown };
