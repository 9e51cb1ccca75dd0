import { basename } from "node:path/posix";
import type { RequestEvent } from "../api/manager_options.ts";
import { errorKind, remedyFor } from "../platform/error_codes.ts";

/** Retries after the first attempt of a call. */
export const RETRIES = 5;

/** On a bad line many parts fail at once: of one endpoint, no more than a line in so many ms. */
const PAUSE_MS = 3_000;

/** How long after a call has failed for good its upload may still cut other calls. */
const CUT_MS = 1_000;

/** Options of {@linkcode reportRetries}. */
export interface ReportRetriesOptions {
  /** Aborted when the user interrupts, which cuts calls that are not tried again. */
  signal: AbortSignal;
  /** Prints a line. */
  print(line: string): void;
  /** Milliseconds on a steady clock. @default performance.now */
  now?: () => number;
}

/**
 * Makes a listener that tells when a call has failed and is tried again.
 *
 * @param options How to print, and when not to.
 * @returns The listener, for a `MediaManager` that retries {@linkcode RETRIES} times.
 */
export function reportRetries(options: ReportRetriesOptions): (event: RequestEvent) => void {
  const { signal, print, now = () => performance.now() } = options;
  const printedAt = new Map<string, number>();
  let lostAt = -Infinity;

  return (event) => {
    if (event.error === "" || signal.aborted) return;
    if (event.attempt > RETRIES || !isPassing(event)) {
      lostAt = now();
      return;
    }
    const name = basename(event.endpoint);
    if (now() - lostAt < CUT_MS || now() - (printedAt.get(name) ?? -Infinity) < PAUSE_MS) return;
    printedAt.set(name, now());
    print(`${describe(event)} ${name}, trying again (attempt ${event.attempt + 1})`);
  };
}

function isPassing({ error }: RequestEvent): boolean {
  return error === undefined || ["retry", "throttle"].includes(remedyFor(errorKind(error, "")));
}

function describe({ status, error }: RequestEvent): string {
  if (error !== undefined) return `${error} for`;
  return status === undefined ? "no answer for" : `HTTP ${status} instead of an answer for`;
}
