import { InvalidInputError } from "../../errors.ts";
import { checkOptions, isText, isWhole, MILLISECONDS, OBJECT, type Rules, TEXT } from "../check_options.ts";
import type { Module, UploadSession } from "../session/upload_session.ts";

/** How a video shall end, whatever is in it. */
export interface Verdict {
  /** Which uploads it is about; all that is named here has to fit. @default all */
  when?: VerdictCondition | undefined;
  /**
   * The status with which it ends: `SUCCEEDED`, `FAILED`, `CANCELLED`, or one that the platform has not got yet.
   *
   * @default what the emulator finds itself
   */
  status?: string | undefined;
  /** Why, in Shopee's words: the `message` of `media_space`, the `reason` of `media`. @default "" */
  message?: string | undefined;
  /** Milliseconds that it takes; `Infinity` for ever. @default that of the emulator */
  transcodeMs?: number | undefined;
}

/** Which uploads a verdict is about. */
export interface VerdictCondition {
  /** Those of one module. */
  module?: Module | undefined;
  /** The one with that id. */
  videoUploadId?: string | undefined;
  /** Those of that file name, which only `media` is told. */
  fileName?: string | undefined;
  /** Those whose whole file has that MD5 in hex, which only `media_space` is told. */
  md5?: string | undefined;
  /** Those of so many bytes. */
  size?: number | undefined;
}

/** A verdict that was added. */
export interface AddedVerdict extends Verdict {
  /** Its name, for {@linkcode VerdictControl.clear}. */
  id: string;
  /** Whether it is for one upload alone. */
  once: boolean;
  /** How many uploads have had it. */
  fired: number;
}

/** How videos end, to be changed while the emulator runs. */
export interface VerdictControl {
  /**
   * Adds a verdict on all videos that are completed from now on. Where several fit, the first counts.
   *
   * @param verdict A verdict.
   * @returns Its id.
   * @throws {InvalidInputError} When it is no verdict.
   */
  add(verdict: Verdict): string;
  /**
   * Adds a verdict on the next video that is completed, or the next one that it fits. It goes before those on all videos;
   * several of them wait in line.
   *
   * @param verdict A verdict.
   * @returns Its id.
   * @throws {InvalidInputError} When it is no verdict.
   */
  next(verdict: Verdict): string;
  /**
   * Removes a verdict, or all of them.
   *
   * @param id Which. @default all
   * @returns How many were removed.
   */
  clear(id?: string): number;
  /** Those that stand, and those that wait for their video, in the order in which they were added. */
  list(): AddedVerdict[];
}

/** The control, and what the emulator itself asks. */
export interface VerdictList extends VerdictControl {
  /** The verdict on a video that was completed; `undefined` when there is none. To be asked once for each. */
  take(session: UploadSession): Verdict | undefined;
}

/** Creates the list, with nothing in it. */
export function createVerdictList(): VerdictList {
  let entries: AddedVerdict[] = [];
  let count = 0;

  function add(given: Verdict, once: boolean): string {
    const id = String(++count);
    entries.push({ ...checkVerdict(given), id, once, fired: 0 });
    return id;
  }

  function clear(id?: string): number {
    const before = entries.length;
    entries = id === undefined ? [] : entries.filter((entry) => entry.id !== id);
    return before - entries.length;
  }

  return {
    add: (verdict) => add(verdict, false),
    next: (verdict) => add(verdict, true),
    clear,
    list: () => structuredClone(entries),
    take(session) {
      const fitting = entries.filter(({ when = {} }) => fits(session, when));
      const entry = fitting.find(({ once }) => once) ?? fitting[0];
      if (entry === undefined) return undefined;
      entry.fired += 1;
      if (entry.once) clear(entry.id);
      return entry;
    },
  };
}

function fits(session: UploadSession, { module, videoUploadId, fileName, md5, size }: VerdictCondition): boolean {
  const wanted = [module, videoUploadId, fileName, md5?.toLowerCase(), size];
  const found = [session.module, session.id, session.fileName, session.md5, session.size];
  return wanted.every((value, index) => value === undefined || value === found[index]);
}

/** The statuses of an upload that is not complete. */
const EARLY = ["INITIATED", "UPLOADING"];

const RULES: Rules<Verdict> = {
  when: OBJECT,
  status: ["a status that a completed upload can have", (value) => isText(value) && !EARLY.includes(value)],
  message: ["a text", (value) => typeof value === "string"],
  transcodeMs: MILLISECONDS,
};

const CONDITION_RULES: Rules<VerdictCondition> = {
  module: ['"media_space" or "media"', (value) => value === "media_space" || value === "media"],
  videoUploadId: TEXT,
  fileName: TEXT,
  md5: ["an MD5 in hex", (value) => isText(value) && /^[0-9a-f]{32}$/i.test(value)],
  size: ["a whole number of bytes from 1", isWhole(1)],
};

function checkVerdict(given: Verdict): Verdict {
  const verdict = checkOptions<Verdict>("a verdict", given, RULES);
  const { status, message, transcodeMs, when } = verdict;
  if (when !== undefined) verdict.when = checkOptions<VerdictCondition>("when", when, CONDITION_RULES);
  if (status === undefined && message !== undefined) {
    throw new InvalidInputError("A verdict with a message needs a status");
  }
  if (status === undefined && transcodeMs === undefined) {
    throw new InvalidInputError("A verdict must have a status or a transcodeMs");
  }
  return status === undefined ? verdict : { ...verdict, message: message ?? "" };
}
