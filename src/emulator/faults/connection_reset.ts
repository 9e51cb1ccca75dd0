/**
 * Thrown out of the emulator's app when a request shall get no answer: a server cuts the connection then, and `fetch`
 * without a server rejects with it, as a `TypeError`, as the global `fetch` does.
 */
export class ConnectionReset extends TypeError {
  override readonly name = "TypeError";

  constructor() {
    super("fetch failed: the connection was reset");
  }
}
