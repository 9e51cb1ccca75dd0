import { expectTypeOf, test } from "vitest";
import type {
  CallOptions,
  CheckpointOptions,
  MediaManagerOptions,
  PartUploadSinkOptions,
  PollOptions,
  RefreshingTokenOptions,
  RetryOptions,
  ShopeeApiErrorOptions,
  TimeoutOptions,
  TransportErrorOptions,
  UploadImageParams,
  UploadImagesOptions,
  UploadVideoOptions,
  VideoSinkOptions,
  WaitForVideoOptions,
} from "../mod.ts";
import type { CreateEmulatorOptions, Fault, StartEmulatorOptions, Verdict } from "../src/emulator/mod.ts";
import type { InspectOptions } from "../src/preflight/mod.ts";
import type { PushHandlerOptions, PushWaitOptions, VerifyPushOptions } from "../src/push/mod.ts";

/** Options that may be left out, but not be `undefined`. */
type Strict<Options> = {
  [Name in keyof Options]-?: object extends Pick<Options, Name>
    ? { [Undefined in Name]: undefined } extends Pick<Options, Name> ? never : Name
    : never;
}[keyof Options];

// tsc judges it, with the option `exactOptionalPropertyTypes`: exact_optional.test.ts starts it.
test("undefined means the default, for every option, also to a consumer whose types are exact", () => {
  expectTypeOf<
    | Strict<MediaManagerOptions>
    | Strict<RetryOptions>
    | Strict<TimeoutOptions>
    | Strict<CallOptions>
    | Strict<RefreshingTokenOptions>
    | Strict<VideoSinkOptions>
    | Strict<UploadVideoOptions>
    | Strict<PollOptions>
    | Strict<CheckpointOptions>
    | Strict<WaitForVideoOptions>
    | Strict<UploadImagesOptions>
    | Strict<UploadImageParams>
    | Strict<PartUploadSinkOptions>
    | Strict<ShopeeApiErrorOptions>
    | Strict<TransportErrorOptions>
    | Strict<CreateEmulatorOptions>
    | Strict<StartEmulatorOptions>
    | Strict<Fault>
    | Strict<Verdict>
    | Strict<InspectOptions>
    | Strict<PushHandlerOptions>
    | Strict<PushWaitOptions>
    | Strict<VerifyPushOptions>
  >().toBeNever();
});
