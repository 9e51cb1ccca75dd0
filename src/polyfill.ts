/**
 * Installs web streams where the runtime lacks them: import it before `shopee-media`.
 *
 * @module
 */

import * as ponyfill from "web-streams-polyfill";

// All or none: a runtime's own stream cannot be piped into one of the polyfill.
const isComplete = ["ReadableStream", "WritableStream", "TransformStream"].every((name) => name in globalThis);
if (!isComplete) {
  for (const [name, value] of Object.entries(ponyfill)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
}
