import { isDeepStrictEqual } from "node:util";
import { compareReadings, type Difference } from "./compare_readings.ts";
import { type NotJudged, whyNotJudged } from "./why_not_judged.ts";
import { type Heard, type OpenUpload, playScript } from "./play_script.ts";
import type { Call, Probe } from "./probes.ts";
import type { Reading } from "./reading.ts";
import type { Rehearsal, Rehearsed } from "./rehearse.ts";
import type { Sender } from "./sender.ts";

/** What came of a probe. */
export interface Outcome {
  call: Call;
  probe: string;
  verdict: "same" | "differs" | "not judged";
  differences: Difference[];
  /** Why it was not judged. */
  reason?: string;
  /** Ms that the answer took. */
  ms?: number;
  /** Ms from the first question to the last answer, where it was asked until the video was ready. */
  waited?: number;
}

/** What {@linkcode conform} needs besides the rehearsals. */
export interface ConformOptions {
  /** Asks Shopee. */
  sender: Sender;
  /** Cancels what a script has left open. */
  cancel: (upload: OpenUpload) => Promise<unknown>;
  /** Called with an upload that stays open, and why. */
  onLeft: (upload: OpenUpload, reason: unknown) => void;
  /** Called with what was judged, and with what the emulator says to the same. */
  onJudged: (heard: Heard, rehearsed: Rehearsed) => void;
  /** Ms between two questions for a result. */
  pollInterval: number;
  signal: AbortSignal;
}

/**
 * Asks Shopee what the emulator was asked in the rehearsals, and compares the answers. Whatever it opens it cancels, also
 * when it is interrupted.
 *
 * @throws The signal's reason, when it fires.
 */
export async function* conform(rehearsals: Rehearsal[], options: ConformOptions): AsyncGenerator<Outcome> {
  let isLetIn = false;
  /** Why no other call is made. */
  let over: NotJudged | undefined;
  const cleanUp = (open: OpenUpload[]) => cancelAll(open, { ...options, over });

  for (const { script: { probes }, script, rehearsed } of rehearsals) {
    let judged = 0;
    let reason = over?.reason ?? "";
    const play = over === undefined ? playScript(script, { ...options, cleanUp }) : [];
    for await (const heard of play) {
      const { reading, probe, isPreparation } = heard;
      const own = rehearsed[judged]!;
      const isGood = isPreparation || own.reading.code === "";
      const problem = whyNotJudged(reading, { isGood, isLetIn, isAstray: probe.path !== undefined });
      isLetIn ||= reading.code === "";
      if (problem !== undefined && problem.then !== "go on") over = problem;
      reason = problem?.reason ?? `${probe.call}, which goes before, was refused: ${reading.message} (${reading.code})`;
      if (problem !== undefined || isPreparation) break;

      options.onJudged(heard, own);
      const differences = compareHeard(heard, own);
      const verdict = differences.length === 0 ? "same" : "differs";
      const { call, name } = probe;
      yield {
        call,
        probe: name,
        verdict,
        differences,
        ms: reading.ms,
        ...(probe.untilReady && { waited: heard.waited }),
      };
      judged += 1;
      // What follows builds on it.
      if (isGood && reading.code !== "") break;
    }
    yield* probes.slice(judged).map((probe) => notJudged(probe, reason));
  }
}

/** Makes the outcome of a probe that says nothing about the platform. */
export function notJudged({ call, name }: Probe, reason: string): Outcome {
  return { call, probe: name, verdict: "not judged", differences: [], reason };
}

function compareHeard({ reading, onTheWay }: Heard, own: Rehearsed): Difference[] {
  const last = compareReadings(reading, own.reading);
  const before = onTheWay.flatMap((passing) => compareOnTheWay(passing, own));
  // What every answer has in another way is told once.
  const isNew = ({ during: _, ...difference }: Difference) => !last.some((one) => isDeepStrictEqual(one, difference));
  return [...before.filter(isNew), ...last];
}

/** Which states a video is seen in is a matter of time; that there is such a state, and how it is told, is not. */
function compareOnTheWay(reading: Reading, { onTheWay, states, late }: Rehearsed): Difference[] {
  const { state = "none", code } = reading;
  if (code !== "") return compareReadings(reading, late).map((difference) => ({ ...difference, during: "unknown" }));
  if (!states.includes(state)) {
    return [{ what: "value", path: "response.status", emulator: states.join(", "), shopee: state, during: state }];
  }
  const seen = onTheWay.find((other) => other.state === state);
  return seen === undefined
    ? []
    : compareReadings(reading, seen).map((difference) => ({ ...difference, during: state }));
}

type CancelAllOptions = Pick<ConformOptions, "cancel" | "onLeft"> & { over?: NotJudged };

async function cancelAll(open: OpenUpload[], { cancel, onLeft, over }: CancelAllOptions): Promise<void> {
  for (const upload of open) {
    if (over?.then === "stop at once") onLeft(upload, over.reason);
    else await cancel(upload).catch((error) => onLeft(upload, error));
  }
}
