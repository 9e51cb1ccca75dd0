import type { Dialect, EmulatorApp } from "../../src/emulator/mod.ts";
import type { Answer } from "./raw_client.ts";

/** Where a promise is the same in both, its tests run in both. */
export const DIALECTS: readonly Dialect[] = ["samples", "reference"];

/** Waits for an answer, and tells by the emulator's log why it is a refusal; `""` when it is none. */
export async function refused(emulator: Pick<EmulatorApp, "requests">, calling: Promise<Answer>): Promise<string> {
  const { error, request_id } = await calling;
  // One of its envelopes has no name for the request.
  const logged = emulator.requests.find(({ requestId }) => requestId === request_id) ?? emulator.requests.at(-1);
  if ((error === "") !== (logged?.refusal === undefined)) throw new Error(`The log does not tell of ${error}`);
  return logged?.refusal?.reason ?? "";
}
