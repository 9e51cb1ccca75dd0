/** What a server knows of the connection by which a request came. */
export interface Connection {
  /** Aborts when the client has gone away before it was answered. */
  gone: AbortSignal;
  /** Ends the connection in the middle of an answer, where the server can do that. */
  cut?: (() => void) | undefined;
}

/**
 * Thrown out of the emulator's app when a request gets no answer, on purpose or because nobody is there to hear it: a
 * server cuts the connection then, and `fetch` without a server rejects with it, as a `TypeError`, as the global
 * `fetch` does.
 */
export class ConnectionReset extends TypeError {
  override readonly name = "TypeError";

  constructor() {
    super("fetch failed: the connection was reset");
  }
}
