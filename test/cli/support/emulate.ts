import { onTestFinished } from "vitest";
import { type Emulator, startEmulator, type StartEmulatorOptions } from "../../../src/emulator/mod.ts";

/** Starts an emulator that is quick, and is gone after the test. */
export async function emulate(options: StartEmulatorOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator({ transcodeMs: 0, ...options });
  onTestFinished(() => emulator.close());
  return emulator;
}
