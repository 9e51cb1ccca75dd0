import { describe, expect, test } from "vitest";
import { isShopeeApiError, isTransportError, isVideoFailedError } from "../../mod.ts";
import { noise } from "../support/bytes.ts";
import { settle } from "../support/settle.ts";
import { countOf, PART, setUp, statuses, uploadBytes } from "../support/rig.ts";

const bytes = noise(3 * PART + 1);

describe.each(["media_space", "media"] as const)("in %s", (module) => {
  test.each([
    "complete_video_upload#1:reset-after",
    "complete_video_upload:reset-after",
    "complete_video_upload:truncated",
    "complete_video_upload:html,after",
    "complete_video_upload:empty,after",
    "complete_video_upload:error=error_server,status=500,after",
    "complete_video_upload:error=error_network,after",
  ])("%s: the upload was completed, and that is found out", async (fault) => {
    const rig = await setUp({ faults: [fault], transcodeMs: 20 });
    const { videoUploadId } = await uploadBytes(rig.connect(), bytes, { module });
    expect(await rig.emulator.content(videoUploadId)).toEqual(bytes);
    expect(statuses(rig)).toEqual(["SUCCEEDED"]);
    expect(countOf(rig, "init_video_upload")).toBe(1);
    expect(countOf(rig, "cancel_video_upload")).toBe(0);
  });

  test.each([
    ["reset-before", isTransportError],
    ["html", isTransportError],
    ["error=error_server", isShopeeApiError],
  ])("%s on every call: it was not completed, so it failed and is cancelled", async (fault, isRight) => {
    const rig = await setUp({ faults: [`complete_video_upload:${fault}`] });
    const { error } = await settle(uploadBytes(rig.connect(), bytes, { module }));
    expect(error).toSatisfy(isRight);
    expect(statuses(rig)).toEqual(["CANCELLED"]);
    expect(countOf(rig, "cancel_video_upload")).toBe(1);
  });

  test("when nothing can be found out either, the upload fails, and nothing is sent twice", async () => {
    const rig = await setUp({ faults: ["complete_video_upload:reset-after", "get_video_upload_result:reset-before"] });
    const { error } = await settle(uploadBytes(rig.connect(), bytes, { module }));
    expect(error).toSatisfy(isTransportError);
    expect(statuses(rig)).toEqual(["SUCCEEDED"]);
    expect(countOf(rig, "init_video_upload")).toBe(1);
  });

  test("a completed video that Shopee then refuses is no success", async () => {
    const rig = await setUp({ faults: ["complete_video_upload:reset-after"], inspect: true });
    const { error } = await settle(uploadBytes(rig.connect(), bytes, { module }));
    expect(error).toSatisfy(isVideoFailedError);
    expect(statuses(rig)).toEqual(["FAILED"]);
  });
});
