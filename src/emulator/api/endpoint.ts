import type { Signer } from "../auth/check_signature.ts";
import type { Platform } from "../platform.ts";

/** One call of an endpoint, after its signature was checked. */
export interface Call {
  /** The HTTP request; its body has not been read. */
  request: Request;
  /** The query of its URL. */
  query: URLSearchParams;
  /** Where the emulator was called, such as `http://127.0.0.1:8080`: the URLs that it answers begin with it. */
  origin: string;
  /** The emulator. */
  platform: Platform;
}

/** One endpoint of the platform. */
export interface Endpoint {
  /** The one method that it has. */
  method: "GET" | "POST";
  /** Path of the URL. */
  path: string;
  /** Who has to sign. */
  signer: Signer;
  /** Whether its answer stands in the envelope itself, instead of in `response`. @default false */
  isFlat?: boolean;
  /**
   * Does the work.
   *
   * @returns The `response` of the envelope, `undefined` for none.
   * @throws {Refusal} What is answered instead.
   */
  handle(call: Call): Promise<object | undefined>;
}
