/**
 * A local Shopee: the media API of the Shopee Open Platform served from this machine, for tests and for trying things
 * out. It checks requests as the platform does, looks at the videos it is sent, serves what it has stored, tells by push
 * what became of a video, and lets things go wrong when asked to.
 *
 * @module
 */

export type { LoggedRequest } from "./serve_api.ts";
export type { LoggedRefusal } from "./api/answer.ts";
export type { Dialect } from "./api/answer.ts";
export type {
  AccountCredentials,
  AccountOwner,
  EmulatorCredentials,
  MainAccountOptions,
  ShopCredentials,
  ShopOptions,
} from "./auth/credential_store.ts";
export type { Cassette, CassetteEntry } from "./cassette.ts";
export { createEmulator, type EmulatorApp } from "./create_emulator.ts";
export type { EmulatorControl } from "./create_emulator.ts";
export type { Fault, FaultKind } from "./faults/fault.ts";
export type { AddedFault, FaultControl } from "./faults/fault_list.ts";
export { parseFault } from "./faults/parse_fault.ts";
export type { NetworkOptions } from "./server/network.ts";
export type { CreateEmulatorOptions } from "./options.ts";
export type { PushAttempt, PushControl, PushRecord } from "./push/push_service.ts";
export type { PushOptions } from "./push/send_push.ts";
export type { Module, ReceivedPart, SessionSnapshot } from "./session/upload_session.ts";
export type { AddedVerdict, Verdict, VerdictCondition, VerdictControl } from "./video/verdict_list.ts";
export { type Emulator, startEmulator, type StartEmulatorOptions } from "./start_emulator.ts";
