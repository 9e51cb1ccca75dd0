import { basename } from "node:path/posix";
import type { RequestEvent } from "../../mod.ts";
import { runtime } from "../runtime.ts";

/** On a bad line many parts fail at once: of one endpoint, no more than a line in so many ms. */
const PAUSE_MS = 3_000;

/**
 * Makes a listener that tells the user when a call has failed and waits to be tried again.
 *
 * @param print Prints a line.
 * @returns The listener, for the `onRequest` of a `MediaManager`.
 */
export function reportRetries(print: (line: string) => void): (event: RequestEvent) => void {
  const printedAt = new Map<string, number>();

  return (event) => {
    if (!event.retryAfter) return; // What follows at once, with the clock put right or a fresh token, keeps nobody waiting.
    const name = basename(event.endpoint);
    const now = runtime.elapsed();
    if (now - (printedAt.get(name) ?? -Infinity) < PAUSE_MS) return;
    printedAt.set(name, now);
    print(`${describe(event)} ${name}, trying again (attempt ${event.attempt + 1})`);
  };
}

function describe({ status, error }: RequestEvent): string {
  if (error !== undefined) return `${error} for`;
  return status === undefined ? "no answer for" : `HTTP ${status} instead of an answer for`;
}
