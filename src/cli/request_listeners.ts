import { appendFileSync, closeSync, fchmodSync, fstatSync, openSync, readSync } from "node:fs";
import { basename } from "node:path/posix";
import { InvalidInputError, type RequestEvent } from "../../mod.ts";
import { toJsonLine } from "./command_context.ts";
import { explainSystemError } from "./format.ts";

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
    const now = performance.now();
    if (now - (printedAt.get(name) ?? -Infinity) < PAUSE_MS) return;
    printedAt.set(name, now);
    print(`${describe(event)} ${name}, trying again (attempt ${event.attempt + 1})`);
  };
}

function describe({ status, error }: RequestEvent): string {
  if (error !== undefined) return `${error} for`;
  return status === undefined ? "no answer for" : `HTTP ${status} instead of an answer for`;
}

/**
 * Makes a listener that writes down each attempt of a call, for a support case: a line of JSON with the time at which it
 * began, and all that the library tells of it, which is never a secret. A file that is there is added to, and becomes
 * readable by its owner alone, as a new one is.
 *
 * @param path Path of the file.
 * @param print Prints a line, should the file fail in the middle: that is no reason for an upload to fail.
 * @returns The listener, for the `onRequest` of a `MediaManager`.
 * @throws {InvalidInputError} The file cannot be written, or holds something else.
 */
export function traceRequests(path: string, print: (line: string) => void): (event: RequestEvent) => void {
  openTrace(path);
  let hasFailed = false;

  return (event) => {
    if (hasFailed) return;
    const startedAt = new Date(Date.now() - event.duration).toISOString();
    const duration = Math.round(event.duration);
    try {
      // At once, so that nothing of it is lost when the process is killed.
      appendFileSync(path, toJsonLine({ startedAt, ...event, duration }), { mode: 0o600 });
    } catch (error) {
      hasFailed = true;
      print(`Cannot go on with the trace ${path}: ${explainSystemError(error)}`);
    }
  };
}

function openTrace(path: string): void {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, "a+", 0o600);
    if (!fstatSync(descriptor).isFile()) return; // Such as /dev/stderr.
    const head = new Uint8Array(1);
    const isEmpty = readSync(descriptor, head, { position: 0 }) === 0;
    if (!isEmpty && head[0] !== "{".charCodeAt(0)) throw new Error("it holds something else");
    fchmodSync(descriptor, 0o600);
  } catch (cause) {
    throw new InvalidInputError(`Cannot write the trace ${path}: ${explainSystemError(cause)}`, { cause });
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
