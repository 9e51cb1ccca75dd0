import type { EndpointName } from "../api/endpoints.ts";
import type { EmulatorContext } from "../context.ts";

/** One call of an endpoint, after its signature was checked. */
export interface Call {
  /** The HTTP request; its body has not been read. */
  request: Request;
  /** The query of its URL. */
  query: URLSearchParams;
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
