import { describeRefusal, errorAnswer, Refusal } from "../../emulator/api/answer.ts";
import { createEmulator } from "../../emulator/create_emulator.ts";
import type { Dialect, EmulatorApp, LoggedRefusal } from "../../emulator/mod.ts";
import { type Heard, type OpenUpload, playScript } from "./play_script.ts";
import type { Call, Script } from "./probes.ts";
import { type Reading, readWireAnswer } from "./reading.ts";
import { createSender } from "./sender.ts";

/** A script, and what the emulator says to its probes. */
export interface Rehearsal {
  script: Script;
  rehearsed: Rehearsed[];
  /** Calls that it took, that which cancels what was left open included, and those that wait for a video not. */
  calls: number;
  /** Whether it opens an upload. */
  opens: boolean;
}

/** What the emulator says to a probe. */
export interface Rehearsed extends Pick<Heard, "reading" | "onTheWay"> {
  /** Why it refuses it, if it does. */
  refusal?: LoggedRefusal;
  /** All states that the upload of the probe has had. */
  states: string[];
  /** What it would say to a question for a result that comes right after the complete, if it knew of it late. */
  late: Reading;
}

/** Ms. Nobody is kept waiting in the same process; the video is seen on its way, too. */
const POLL_INTERVAL = 5;
const TRANSCODE_MS = 50;

/** Plays scripts with an emulator of its own: what it says is what Shopee should say. */
export async function rehearse(scripts: readonly Script[], dialect: Dialect): Promise<Rehearsal[]> {
  const emulator = await createEmulator({ dialect, transcodeMs: TRANSCODE_MS });
  try {
    const rehearsals: Rehearsal[] = [];
    for (const script of scripts) rehearsals.push(await rehearseScript(script, { emulator, dialect }));
    return rehearsals;
  } finally {
    await emulator.close();
  }
}

async function rehearseScript(
  script: Script,
  { emulator, dialect }: { emulator: EmulatorApp; dialect: Dialect },
): Promise<Rehearsal> {
  const { url, fetch, credentials: { partnerId, partnerKey, shopId, accessToken } } = emulator;
  const shop = { shopId, accessToken };
  const sender = createSender({ baseUrl: url, partnerId, partnerKey, shop, fetch, pause: 0 });
  const uploadsBefore = emulator.sessions().length;
  let cancels = 0;
  let polls = 0;
  // The emulator itself is gone in a moment, with all that is left open.
  const cleanUp = (open: OpenUpload[]) => void (cancels += open.length);
  const rehearsed: Rehearsed[] = [];
  for await (const heard of playScript(script, { sender, cleanUp, pollInterval: POLL_INTERVAL })) {
    const { probe, reading, onTheWay, asked } = heard;
    if (heard.isPreparation) throw new Error(`The emulator refuses ${probe.call}: ${reading.message}`);
    if (probe.untilReady) polls += asked;
    rehearsed.push({
      reading,
      onTheWay,
      refusal: emulator.requests.at(-1)?.refusal,
      states: emulator.sessions().at(-1)?.history ?? [],
      late: lateReading(probe.call, dialect),
    });
  }
  const opens = emulator.sessions().length > uploadsBefore;
  return { script, rehearsed, calls: sender.calls + cancels - polls, opens };
}

function lateReading(call: Call, dialect: Dialect): Reading {
  const refusal = new Refusal("lateUpload", { id: "" });
  const { status, body: text } = errorAnswer(describeRefusal(refusal, { dialect, endpoint: call }), "");
  const headers = new Headers({ Date: new Date(0).toUTCString() });
  return readWireAnswer({ status, headers, text }, { call, ms: 0, secrets: [], ids: [], isForShop: true });
}
