import type { LoggedRequest } from "./api/serve_api.ts";
import type { EmulatorCredentials } from "./auth/credential_store.ts";
import type { FaultControl } from "./faults/fault_list.ts";
import type { PushControl } from "./push/push_service.ts";
import type { SessionSnapshot } from "./session/session_snapshot.ts";

/** What can be seen of an emulator and done to it from within the process. */
export interface EmulatorControl {
  /** What requests are signed with as of now: a refreshed pair of tokens shows up here. */
  readonly credentials: Readonly<EmulatorCredentials>;
  /** Every request of the API so far, in the order in which they were answered. Empty it as you like. */
  readonly requests: LoggedRequest[];
  /** What goes wrong. */
  readonly faults: FaultControl;
  /** What it has told by itself: empty unless the option `push` says where to. */
  readonly pushes: PushControl;
  /** Ends the present access token before its time. */
  expireToken(): void;
  /** All video uploads so far, oldest first. */
  sessions(): SessionSnapshot[];
  /**
   * The bytes that a video upload has received so far.
   *
   * @throws {RangeError} When there is no such upload, or it was cancelled.
   */
  content(videoUploadId: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Ends what is going on, and removes the temporary folder. */
  close(): Promise<void>;
}
