import { sleep } from "../../async/sleep.ts";
import { runtime } from "../../runtime.ts";
import { nameOf, type Probe, type Script, type Upload } from "./probes.ts";
import type { Reading } from "./reading.ts";
import type { Sender } from "./sender.ts";

/** What a call of a script was answered. */
export interface Heard {
  probe: Probe;
  /** Whether it only goes before the first probe. */
  isPreparation: boolean;
  /** The answer; the last one, where it was asked again and again. */
  reading: Reading;
  /** The answers before that, one of each state and each code. */
  onTheWay: Reading[];
  /** How often it was asked. */
  asked: number;
  /** Ms from the first time it was asked to the last. */
  waited: number;
}

/** What {@linkcode playScript} needs besides the script. */
export interface PlayScriptOptions {
  sender: Sender;
  /** Called with all that was opened and may still be open, when the script is over, however it ended. */
  cleanUp: (open: OpenUpload[]) => Promise<void> | void;
  /** Ms between two questions for a result. */
  pollInterval: number;
  signal?: AbortSignal;
}

/** An upload that nobody has completed or cancelled. */
export interface OpenUpload {
  id: string;
  /** What opened it. */
  probe: Probe;
}

/** Ms: then no video is going to be ready any more. */
const LONGEST_WAIT = 600_000;
const FINAL: ReadonlySet<string> = new Set(["SUCCEEDED", "FAILED", "CANCELLED"]);

/**
 * Makes the calls of a script, and yields what its probes are answered. A call before them is yielded only if it is
 * refused, and then it is the last one.
 *
 * @throws The signal's reason, when it fires.
 */
export async function* playScript(script: Script, options: PlayScriptOptions): AsyncGenerator<Heard> {
  const { sender, cleanUp, signal } = options;
  const { module, before, probes } = script;
  const upload: Upload = { clip: script.clip, id: "" };
  const open = new Map<string, OpenUpload>();

  async function make(probe: Probe): Promise<Reading> {
    const isInit = nameOf(probe) === "init_video_upload";
    const reading = await sender.send(probe, upload, signal);
    const { code, videoUploadId } = reading;
    if (isInit && code === "" && videoUploadId !== undefined) {
      upload.id = videoUploadId;
      open.set(videoUploadId, { id: videoUploadId, probe });
    }
    if (code === "" && /^(complete|cancel)/.test(nameOf(probe))) open.delete(upload.id);
    return reading;
  }

  async function hear(probe: Probe, { isPreparation }: Pick<Heard, "isPreparation">): Promise<Heard> {
    const startedAt = runtime.elapsed();
    const seen = new Map<string, Reading>();
    for (let asked = 1;; asked++) {
      const reading = await make(probe);
      const waited = Math.round(runtime.elapsed() - startedAt);
      const isUnderWay = reading.code === "" && !FINAL.has(reading.state ?? "") || reading.kind === "unknown_id";
      if (!probe.untilReady || !isUnderWay || waited > LONGEST_WAIT) {
        return { probe, isPreparation, reading, onTheWay: [...seen.values()], asked, waited };
      }
      seen.set(`${reading.state} ${reading.code}`, reading);
      await sleep(options.pollInterval, signal);
    }
  }

  try {
    for (const name of before) {
      const heard = await hear({ call: `${module}/${name}`, name: "well" }, { isPreparation: true });
      if (heard.reading.code !== "") return yield heard;
    }
    for (const probe of probes) yield await hear(probe, { isPreparation: false });
  } finally {
    if (open.size > 0) await cleanUp([...open.values()]);
  }
}
