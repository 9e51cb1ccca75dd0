import { open, rename, rm } from "node:fs/promises";
import { InvalidInputError, MediaManager, type MediaManagerOptions, REGIONS, type VideoModule } from "../../../mod.ts";
import type { Cassette, Dialect } from "../../emulator/mod.ts";
import { type CommandContext, type CommandIo, EXIT, printLines, writeJsonLine } from "../command_context.ts";
import { explainError } from "../explain_error.ts";
import { explainSystemError } from "../format.ts";
import type { Difference } from "./reading.ts";
import { conform, notJudged, type Outcome } from "./conform.ts";
import type { OpenUpload } from "./play_script.ts";
import { type Script, SCRIPTS } from "./probes.ts";
import { createRecorder } from "./recorder.ts";
import { type Rehearsal, rehearse } from "./rehearse.ts";
import { createSender, type Sender } from "./sender.ts";

/** What the command was called with. */
export interface RunConformOptions {
  context: CommandContext;
  /** Who asks, and where. */
  client: MediaManagerOptions;
  /** The one module that is asked about. @default both */
  module?: VideoModule;
  /** How the emulator puts what it says. */
  dialect: Dialect;
  /** Whether a video and pictures may be left there. */
  complete?: boolean;
  /** Whether the live platform may be asked. */
  live?: boolean;
  /** Where the cassette goes. */
  record?: string;
  json?: boolean;
}

/**
 * Asks Shopee, and prints what came of it. Returns the exit code.
 *
 * @throws {InvalidInputError} It must not be asked, or cannot be, with these options.
 */
export async function runConform(options: RunConformOptions): Promise<number> {
  const { context: { io, signal }, client, dialect, json, record } = options;
  const origin = new URL(client.baseUrl ?? REGIONS[client.region ?? "global"]).origin;
  const place = placeOf(origin);
  demandConsent(options, { place, origin });
  const wanted = choose(options);
  const isThere = ({ module }: Script) => place !== "sandbox" || module !== "media";
  const rehearsals = await rehearse(wanted.filter(isThere), dialect);
  printLines(io.stderr, announce(rehearsals, origin));

  const { pause, pollInterval } = PACE[place];
  const sender = await openSender(client, { baseUrl: origin, pause });
  const recorder = createRecorder();
  const save = record === undefined ? undefined : await openCassette(record);
  const counts = { "same": 0, "differs": 0, "not judged": 0 };
  const tell = (outcome: Outcome): void => {
    counts[outcome.verdict] += 1;
    if (json) writeJsonLine(io, outcome);
    else printLines(io.stdout, ...describeOutcome(outcome));
  };
  try {
    const outcomes = conform(rehearsals, {
      sender,
      cancel: (upload) => cancelUpload(upload, client),
      onLeft: (upload, reason) => tellLeft(upload, { io, reason }),
      onJudged: recorder.add,
      pollInterval,
      signal,
    });
    for await (const outcome of outcomes) tell(outcome);
    for (const { probes } of wanted.filter((script) => !isThere(script))) {
      for (const probe of probes) {
        tell(notJudged(probe, "the sandbox has no module media: it can only be asked --live"));
      }
    }
  } finally {
    await save?.(recorder.cassette());
  }
  printLines(io.stderr, `${counts.same} the same, ${counts.differs} different, ${counts["not judged"]} not judged`);
  if (counts.differs > 0) return EXIT.failed;
  return counts["not judged"] > 0 ? EXIT.notJudged : EXIT.done;
}

type Place = "local" | "sandbox" | "live";

/** Ms between two calls, and between two questions for a result. */
interface Pace {
  pause: number;
  pollInterval: number;
}

const PACE: Readonly<Record<Place, Pace>> = {
  local: { pause: 0, pollInterval: 20 },
  sandbox: { pause: 500, pollInterval: 3_000 },
  live: { pause: 500, pollInterval: 3_000 },
};

/** What is not known to be harmless is taken for the live platform. */
function placeOf(origin: string): Place {
  const { protocol, hostname } = new URL(origin);
  if (/(^|\.)test-stable\./.test(hostname)) return "sandbox";
  // No host of Shopee's is called over http.
  return protocol === "http:" ? "local" : "live";
}

function demandConsent(
  { live, record, dialect }: RunConformOptions,
  { place, origin }: { place: Place; origin: string },
): void {
  if (place === "live" && !live) {
    throw new InvalidInputError(`Cannot ask ${origin} without --live: it is not the sandbox`);
  }
  if (record !== undefined && dialect === "reference") {
    throw new InvalidInputError("Cannot record with --dialect reference: the emulator plays a cassette over samples");
  }
}

function choose({ module, complete }: RunConformOptions): Script[] {
  return SCRIPTS.filter((script) => (complete || !script.leaves) && (module ?? script.module) === script.module);
}

/** Says what is going to be done. */
function announce(rehearsals: Rehearsal[], origin: string): string {
  const sum = (of: (rehearsal: Rehearsal) => number) => rehearsals.reduce((before, one) => before + of(one), 0);
  const probes = sum(({ script }) => script.probes.length);
  const opened = sum(({ script, opens }) => opens && !script.leaves ? 1 : 0);
  const lines = [
    `Asks ${origin}: ${probes} probes in ${sum(({ calls }) => calls)} calls.`,
    `${opened} uploads are opened, and cancelled again.`,
  ];
  if (rehearsals.some(({ script }) => script.leaves)) {
    lines.push(
      "A small video and two pictures stay there for each module; until a video is ready it is asked for more often.",
    );
  }
  return lines.join(" ");
}

async function openSender(
  { partnerId, partnerKey, shopId = 0, accessToken = "" }: MediaManagerOptions,
  { baseUrl, pause }: { baseUrl: string; pause: number },
): Promise<Sender> {
  const token = typeof accessToken === "string" ? accessToken : await accessToken.get();
  return createSender({ baseUrl, partnerId, partnerKey, shop: { shopId, accessToken: token }, pause });
}

/** With all the patience of the client: this is no probe. */
async function cancelUpload({ id, probe: { call, sign } }: OpenUpload, client: MediaManagerOptions): Promise<unknown> {
  const signAs = sign?.as === "shop" ? "shop" : "public";
  const media = new MediaManager({ ...client, signAs, timeout: { total: 15_000 } });
  const params = { video_upload_id: id };
  return await (call.startsWith("media_space/")
    ? media.cancelVideoUpload(params)
    : media.cancelMediaVideoUpload(params));
}

function tellLeft({ id, probe: { call } }: OpenUpload, { io, reason }: { io: CommandIo; reason: unknown }): void {
  printLines(io.stderr, `The upload ${id} of ${call} stays open: ${explainError(reason)}`);
}

function describeOutcome({ call, probe, verdict, differences, reason, ms, waited }: Outcome): string[] {
  const after = waited === undefined ? ` (${ms} ms)` : ` (${(waited / 1000).toFixed(1)} s after the first question)`;
  const first = `${verdict.padEnd(10)}  ${call} ${probe}${reason === undefined ? after : `: ${reason}`}`;
  return [first, ...differences.map(describeDifference)];
}

function describeDifference({ what, path, during, emulator, shopee }: Difference): string {
  const show = (value: string | number | null) => value === null ? "none" : JSON.stringify(value);
  const subject = [what, path, during && `while ${during}`].filter(Boolean).join(" ");
  return `            ${subject}: ${show(emulator)} in the emulator, ${show(shopee)} at Shopee`;
}

/** Makes sure, before any call is made, that a cassette can be written. Returns what writes it, whole or not at all. */
async function openCassette(path: string): Promise<(cassette: Cassette) => Promise<void>> {
  const draft = `${path}.part`;
  const file = await open(draft, "w").catch((cause) => {
    throw new InvalidInputError(`Cannot write ${path}: ${explainSystemError(cause)}`, { cause });
  });
  return async (cassette) => {
    await file.writeFile(`${JSON.stringify(cassette, undefined, 2)}\n`);
    await file.close();
    if (cassette.entries.length > 0) await rename(draft, path);
    else await rm(draft);
  };
}
