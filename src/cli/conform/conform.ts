import { isDeepStrictEqual } from "node:util";
import { bareCode } from "../../platform/error_codes.ts";
import { type Heard, type OpenUpload, playScript } from "./play_script.ts";
import type { Call, Probe } from "./probes.ts";
import { compareReadings, type Difference, type Reading } from "./reading.ts";
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

/** Why an answer says nothing about the platform. */
export interface NotJudged {
  reason: string;
  /**
   * What follows: the other probes may do better; or nothing else is asked, since the next answer would be the same; or not
   * even what is open is cancelled, since that would not be let in, either.
   */
  then: "go on" | "stop" | "stop at once";
}

/** Who gets one of these is not let in, or not yet: it is no answer to what was asked. */
const NO_PERMISSION: ReadonlySet<string> = new Set([
  ...["error_api_permission", "error_api_call_restricted", "api_suspended", "source_ip_undeclared"],
  ...["error_partner_key_expired", "error_kyc_auth", "shop_banned"],
]);

/** What {@linkcode whyNotJudged} has to know besides the answer. */
export interface WhyNotJudgedOptions {
  /** Whether the emulator takes this very call. */
  isGood: boolean;
  /** Whether the platform has taken any call so far. */
  isLetIn: boolean;
  /** Whether the path is wrong: then what stands in front of the platform may answer. */
  isAstray: boolean;
}

/** Tells why an answer cannot be compared with the emulator's, if it cannot. */
export function whyNotJudged(reading: Reading, options: WhyNotJudgedOptions): NotJudged | undefined {
  const { failure, wasSent, status, form, code, message, kind } = reading;
  const { isGood, isLetIn, isAstray } = options;
  if (failure !== undefined) return { reason: `no answer came (${failure})`, then: wasSent ? "go on" : "stop" };
  if (kind === "daily_limit") return { reason: "today's quota of the app is used up", then: "stop at once" };
  if (status === 429 || kind === "rate_limit") return { reason: "the calls come too fast for Shopee", then: "stop" };
  if (code === undefined) {
    if (isAstray) return undefined;
    const reason = `what answered was not Shopee (HTTP ${status}, ${form})`;
    if (status !== 403) return { reason, then: "go on" };
    return { reason: `${reason}: this machine's IP address may not be on the app's whitelist`, then: "stop" };
  }
  const said = `${message} (${code})`;
  if (NO_PERMISSION.has(bareCode(code))) return { reason: `the app may not make this call: ${said}`, then: "go on" };
  if (kind === "transient" || kind === "internal") return { reason: `Shopee was busy: ${said}`, then: "go on" };
  // A token may die on the way; the other two are wrong from the beginning, or not at all.
  const isShutOut = kind === "token" || !isLetIn && (kind === "access" || kind === "clock");
  if (!isGood || !isShutOut) return undefined;
  return { reason: `the credentials or this machine's clock are refused: ${said}`, then: "stop" };
}
