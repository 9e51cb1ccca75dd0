/** What a server knows of the connection by which a request came. */
export interface Connection {
  /** Aborts when the client has gone away before it was answered. */
  gone: AbortSignal;
  /** Ends the connection in the middle of an answer, where the server can do that. */
  cut?: () => void;
}
