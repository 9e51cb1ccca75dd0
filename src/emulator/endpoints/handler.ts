import type { Dialect } from "../api/answer.ts";
import type { EndpointName } from "../api/endpoints.ts";
import type { CredentialStore } from "../auth/credential_store.ts";
import type { ImageStore } from "../files/image_store.ts";
import type { LostPushes } from "../push/lost_pushes.ts";
import type { Network } from "../server/network.ts";
import type { Catalogue } from "../session/catalogue.ts";
import type { SessionStore, UploadSession } from "../session/upload_session.ts";

/** What all endpoints get of the emulator. */
export interface EmulatorContext {
  /** How it puts what it says. */
  readonly dialect: Dialect;
  /** Bytes of every part but the last in `media`. */
  readonly mediaPartSize: number;
  /** Bytes of every part but the last in `media_space`. */
  readonly mediaSpacePartSize: number;
  /** Whom it knows. */
  readonly credentials: CredentialStore;
  /** Its video uploads. */
  readonly sessions: SessionStore;
  /** Its images. */
  readonly images: ImageStore;
  /** What was made of uploads. */
  readonly catalogue: Catalogue;
  /** The way to it. */
  readonly network: Network;
  /** Looks at a completed video and transcodes it, after the call was answered. */
  readonly processVideo: (session: UploadSession, origin: string) => void;
  /** Tells by push how an upload has ended. */
  readonly announce: (session: UploadSession, origin: string) => void;
  /** Its pushes that were never taken. */
  readonly lostPushes: LostPushes;
  /** Aborts when it closes: nothing waits longer than that. */
  readonly closing: AbortSignal;
}

/** One call of an endpoint, after its signature was checked. */
export interface Call {
  /** The HTTP request; its body has not been read. */
  request: Request;
  /** The query of its URL. */
  query: URLSearchParams;
  /** The shop that signed it, if one did. */
  shopId: number | undefined;
  /** The user who signed it, if one did. */
  userId: number | undefined;
  /** Where the emulator was called, such as `http://127.0.0.1:8080`: the URLs that it answers begin with it. */
  origin: string;
  /** The emulator. */
  context: EmulatorContext;
}

/**
 * Does what a call asks for.
 *
 * @returns The `response` of the envelope, `undefined` for none.
 * @throws {Refusal} What is answered instead.
 */
export type Handler = (call: Call) => Promise<object | undefined> | object | undefined;

/** A handler for each call of a module. */
export type Handlers<Module extends string> = Readonly<Record<Extract<EndpointName, `${Module}/${string}`>, Handler>>;
