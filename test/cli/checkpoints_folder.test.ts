import { expect, test } from "vitest";
import { checkpointsFolder } from "../../src/cli/checkpoints.ts";

test.each([
  ["linux", {}, "/home/me/.local/state/shopee-media/checkpoints"],
  ["linux", { XDG_STATE_HOME: "/state" }, "/state/shopee-media/checkpoints"],
  // The specification: "All paths set in these environment variables must be absolute", and others are to be ignored.
  ["linux", { XDG_STATE_HOME: "state" }, "/home/me/.local/state/shopee-media/checkpoints"],
  ["linux", { XDG_STATE_HOME: "" }, "/home/me/.local/state/shopee-media/checkpoints"],
  ["darwin", {}, "/home/me/Library/Application Support/shopee-media/checkpoints"],
  ["win32", { LOCALAPPDATA: "/home/me/Local" }, "/home/me/Local/shopee-media/checkpoints"],
  ["win32", {}, "/home/me/AppData/Local/shopee-media/checkpoints"],
])("on %s with %j it is %s", (platform, environment, folder) => {
  expect(checkpointsFolder({ environment, platform, home: "/home/me" })).toBe(folder);
});
