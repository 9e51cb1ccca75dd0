import { LONGEST_TIMER, runtime, type Timer } from "../../runtime.ts";
import type { Clock } from "../clock.ts";
import { type Fault, type FaultKind, PUSH } from "../faults/fault.ts";
import type { FaultList } from "../faults/fault_list.ts";
import { type Module, statusOf, type UploadSession } from "../session/upload_session.ts";
import { createLostPushes, type LostPushes } from "./lost_pushes.ts";
import { checkPushOptions, pushBody, type PushOptions, sendPush } from "./send_push.ts";

/** One try to deliver a push. */
export interface PushAttempt {
  /** Seconds after the upload had ended at which it was due, by the clock of pushes. */
  after: number;
  /** HTTP status that was answered; 0 when there was no answer within 3 s. */
  status: number;
}

/** One push that the emulator has made. It holds no key, no signature and no URL. */
export interface PushRecord {
  /** Shopee's number for its kind: 11 for `media_space`, 38 for `media`. */
  code: 11 | 38;
  /** The video upload that it tells of. */
  videoUploadId: string;
  /** How that ended. */
  status: string;
  /**
   * Whether another attempt follows, or it was taken, or it never will be: `get_lost_push_message` then has it, until it is
   * confirmed.
   */
  state: "waiting" | "delivered" | "lost";
  /** The fault that fired. */
  fault: FaultKind | undefined;
  /** Every try so far. */
  attempts: PushAttempt[];
}

/** The pushes, as they can be seen and hurried from within the process. */
export interface PushControl {
  /** All pushes so far, oldest first. */
  list(): PushRecord[];
  /**
   * Moves the clock of pushes forward: retries that come due by that, and delayed pushes, go out. No other clock moves.
   *
   * @param seconds How far. The retries of a push come 300, 1800 and 10 800 s after the failure before.
   * @returns Once all of them were answered, or were not in time.
   * @throws {RangeError} When `seconds` is out of range: negative, or not finite.
   */
  advance(seconds: number): Promise<void>;
  /**
   * Sends what Shopee's console sends when a callback URL is registered. No key that the receiver has fits its
   * signature; it has to be answered with 2xx all the same.
   *
   * @returns HTTP status that was answered; 0 when there was no answer within 3 s.
   * @throws {TypeError} When the emulator was not told where pushes go.
   */
  sendTest(): Promise<number>;
}

/** What tells by itself how videos have ended. */
export interface PushService {
  /** Tells how an upload has ended, unless it did in a way that pushes do not tell of; the URLs of its video begin with `origin`. */
  announce(session: UploadSession, origin: string): void;
  /** What was never taken, to be asked for. */
  lost: LostPushes;
  /** For the emulator's owner. */
  control: PushControl;
}

/** What {@linkcode createPushService} needs. */
export interface PushServiceOptions {
  /** Where pushes go, and how; without it there are none. */
  push: PushOptions | undefined;
  /** Key that signs them. */
  pushPartnerKey: string;
  /** The shop that they are about where no shop has signed for the video. */
  shopId: number;
  /** Time of the platform. */
  clock: Clock;
  /** What goes wrong. */
  faults: FaultList;
  /** Aborts when nothing is to be sent any more. */
  closing: AbortSignal;
}

/** Seconds after a failure until the next attempt. */
const RETRY_DELAYS = [300, 1800, 10_800];

/** What the console posts when a callback URL is registered, as receivers recorded it. */
const TEST_BODY =
  '{"code":0,"data":{"verify_info":"This is a Verification message.Please respond in the certain format."}}';

/** The statuses that pushes tell of. */
const TOLD: Readonly<Record<Module, readonly string[]>> = {
  media_space: ["SUCCEEDED", "FAILED"],
  media: ["SUCCEEDED", "FAILED", "CANCELLED"],
};

interface Delivery {
  record: PushRecord;
  body: string;
  /** Seconds after the video had ended at which it is due. */
  after: number;
}

/**
 * Creates the service.
 *
 * @throws {InvalidInputError} When an option of pushes is unknown, or not what it must be.
 */
export function createPushService(options: PushServiceOptions): PushService {
  const { push: target, pushPartnerKey, shopId, clock, faults, closing } = options;
  if (target !== undefined) checkPushOptions(target);
  const timetable = createTimetable(closing);
  const records: PushRecord[] = [];
  const lost = createLostPushes(() => timetable.now());

  async function attempt(target: PushOptions, { record, body, after }: Delivery): Promise<void> {
    const status = await sendPush(body, { ...target, pushPartnerKey, closing });
    record.attempts.push({ after, status });
    const delay = RETRY_DELAYS[record.attempts.length - 1];
    if (status >= 200 && status < 300) record.state = "delivered";
    else if (delay === undefined) lose(record, body);
    else timetable.add(delay * 1000, () => attempt(target, { record, body, after: after + delay }));
  }

  function lose(record: PushRecord, body: string): void {
    record.state = "lost";
    lost.add(body);
  }

  return {
    announce(session, origin) {
      if (target === undefined || !TOLD[session.module].includes(statusOf(session))) return;
      const { fault, leave } = faults.enter(PUSH);
      leave();
      const body = pushBody(session, { clock, shopId, origin });
      const copies = fault?.kind === "duplicate" ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) {
        const record = newRecord(session, fault);
        records.push(record);
        const delay = fault?.ms ?? 0;
        if (fault?.kind === "drop") lose(record, body);
        else timetable.add(delay, () => attempt(target, { record, body, after: delay / 1000 }));
      }
    },
    lost,
    control: {
      list: () => structuredClone(records),
      async advance(seconds) {
        if (!Number.isFinite(seconds) || seconds < 0) {
          throw new RangeError(`Cannot move the clock of pushes: ${seconds} s is out of range`);
        }
        await timetable.advance(seconds * 1000);
      },
      async sendTest() {
        if (target === undefined) throw new TypeError("There is no push.callbackUrl to send the test request to");
        return await sendPush(TEST_BODY, { ...target, pushPartnerKey: runtime.uuid(), closing });
      },
    },
  };
}

function newRecord(session: UploadSession, fault: Fault | undefined): PushRecord {
  return {
    code: session.module === "media" ? 38 : 11,
    videoUploadId: session.id,
    status: statusOf(session),
    state: "waiting",
    fault: fault?.kind,
    attempts: [],
  };
}

/** Work that is put off, by a clock that goes as fast as the machine's, and can be moved forward. */
interface Timetable {
  /** Milliseconds by its clock. */
  now(): number;
  /** Does the work after that many milliseconds. */
  add(ms: number, work: Work): void;
  /** Moves the clock, and does what comes due in its order. Resolves when it is done. */
  advance(ms: number): Promise<void>;
}

/** Must not fail. */
type Work = () => Promise<void>;

interface Entry {
  due: number;
  work: Work;
  timer?: Timer | undefined;
}

/** Creates a timetable with nothing in it. Nothing is done any more once `closing` has aborted. */
function createTimetable(closing: AbortSignal): Timetable {
  const waiting = new Set<Entry>();
  const running = new Set<Promise<void>>();
  let ahead = 0;
  const now = () => runtime.elapsed() + ahead;

  function wind(entry: Entry): void {
    runtime.clearTimer(entry.timer);
    const left = entry.due - now();
    entry.timer = left > LONGEST_TIMER
      ? runtime.setTimer(() => wind(entry), LONGEST_TIMER)
      : runtime.setTimer(() => run(entry), Math.max(0, left));
  }

  function run(entry: Entry): void {
    runtime.clearTimer(entry.timer);
    waiting.delete(entry);
    const ended = entry.work().finally(() => running.delete(ended));
    running.add(ended);
  }

  closing.addEventListener("abort", () => {
    for (const { timer } of waiting) runtime.clearTimer(timer);
    waiting.clear();
  }, { once: true });

  return {
    now,
    add(ms, work) {
      if (closing.aborted) return;
      const entry = { due: now() + ms, work };
      waiting.add(entry);
      wind(entry);
    },
    async advance(ms) {
      const end = now() + ms;
      while (true) {
        // What they put off may come due, too.
        await Promise.all(running);
        const [next] = [...waiting].sort((a, b) => a.due - b.due);
        if (next === undefined || next.due > end) break;
        ahead += Math.max(0, next.due - now());
        run(next);
      }
      ahead += Math.max(0, end - now());
      for (const entry of waiting) wind(entry);
    },
  };
}
