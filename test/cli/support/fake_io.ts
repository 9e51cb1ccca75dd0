import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { type Mock, vi } from "vitest";
import type { CommandIo, InterruptSignal } from "../../../src/cli/command_context.ts";

/** A process that is none: emit signals on it, and read what was printed. */
export interface FakeIo extends CommandIo {
  stdin: PassThrough;
  emit(signal: InterruptSignal): boolean;
  listenerCount(signal: string): number;
  exit: Mock<(exitCode: number) => void>;
  printed(name: "stdout" | "stderr"): string;
}

/** Makes one without environment variables. */
export function fakeIo(): FakeIo {
  const events = new EventEmitter();
  const stdin = new PassThrough();
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  return {
    env: {},
    stdin,
    ...streams,
    on: (signal, listener) => events.on(signal, listener),
    off: (signal, listener) => events.off(signal, listener),
    emit: (signal) => events.emit(signal),
    listenerCount: (signal) => events.listenerCount(signal),
    exit: vi.fn(),
    printed: (name) => String(streams[name].read() ?? ""),
  };
}
