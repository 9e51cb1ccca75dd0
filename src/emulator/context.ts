import type { LoggedRequest } from "./api/serve_api.ts";
import type { CredentialStore } from "./auth/credential_store.ts";
import type { Background } from "./background.ts";
import type { Clock } from "./clock.ts";
import type { FaultList } from "./faults/fault_list.ts";
import type { ImageStore } from "./files/image_store.ts";
import type { Network } from "./server/network.ts";
import type { ResolvedOptions } from "./options.ts";
import type { PushService } from "./push/push_service.ts";
import type { SessionStore } from "./session/session_store.ts";

/** All that the parts of the emulator share. */
export interface EmulatorContext {
  /** How it was set up. */
  readonly options: ResolvedOptions;
  /** Its time. */
  readonly clock: Clock;
  /** Whom it knows. */
  readonly credentials: CredentialStore;
  /** Its video uploads. */
  readonly sessions: SessionStore;
  /** Its images. */
  readonly images: ImageStore;
  /** What goes on behind the scenes. */
  readonly background: Background;
  /** What goes wrong. */
  readonly faults: FaultList;
  /** How it tells by itself what became of a video. */
  readonly pushes: PushService;
  /** The way to it. */
  readonly network: Network;
  /** What it was asked. */
  readonly requests: LoggedRequest[];
  /** Aborts when it closes: nothing waits longer than that. */
  readonly closing: AbortSignal;
}
