import { randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Fault } from "../faults/fault.ts";
import type { FaultBook } from "../faults/fault_book.ts";
import { PUSH } from "../faults/push_faults.ts";
import { statusOf, type UploadSession } from "../session/upload_session.ts";
import { createTimetable } from "./create_timetable.ts";
import { pushBody } from "./push_body.ts";
import type { PushControl } from "./push_control.ts";
import { checkPushOptions, type PushOptions } from "./push_options.ts";
import type { PushRecord } from "./push_record.ts";
import { sendPush } from "./send_push.ts";

/** What {@linkcode createPushService} needs. */
export interface PushServiceOptions {
  /** Where pushes go, and how; without it there are none. */
  push: PushOptions | undefined;
  /** Key that signs them. */
  pushPartnerKey: string;
  /** The shop that they are about. */
  shopId: number;
  /** Time of the platform. */
  clock: Clock;
  /** What goes wrong. */
  faults: FaultBook;
  /** Aborts when nothing is to be sent any more. */
  closing: AbortSignal;
}

/** What tells by itself how videos have ended. */
export interface PushService {
  /**
   * Tells how an upload has ended.
   *
   * @param session The upload.
   * @param origin Where the emulator was called.
   */
  announce(session: UploadSession, origin: string): void;
  /** For the emulator's owner. */
  control: PushControl;
}

/** Seconds after a failure until the next attempt. */
const RETRY_AFTER = [300, 1800, 10_800];

/** What the console posts when a callback URL is registered, as receivers recorded it. */
const TEST_BODY =
  '{"code":0,"data":{"verify_info":"This is a Verification message.Please respond in the certain format."}}';

interface Delivery {
  record: PushRecord;
  body: string;
  /** Seconds after the video had ended at which it is due. */
  after: number;
}

/**
 * Creates the service.
 *
 * @throws {TypeError} When there is no URL to send pushes to.
 */
export function createPushService(options: PushServiceOptions): PushService {
  const { push: target, pushPartnerKey, shopId, clock, faults, closing } = options;
  if (target !== undefined) checkPushOptions(target);
  const timetable = createTimetable(closing);
  const records: PushRecord[] = [];

  async function attempt(target: PushOptions, { record, body, after }: Delivery): Promise<void> {
    const status = await sendPush(body, { ...target, pushPartnerKey, closing });
    record.attempts.push({ after, status });
    const pause = RETRY_AFTER[record.attempts.length - 1];
    if (status >= 200 && status < 300) record.state = "delivered";
    else if (pause === undefined) record.state = "lost";
    else timetable.add(pause * 1000, () => attempt(target, { record, body, after: after + pause }));
  }

  return {
    announce(session, origin) {
      if (target === undefined) return;
      const { fault, leave } = faults.enter(PUSH);
      leave();
      const body = pushBody(session, { clock, shopId, origin });
      const copies = fault?.kind === "duplicate" ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) {
        const record = newRecord(session, fault);
        records.push(record);
        if (record.state === "lost") continue;
        const delay = fault?.ms ?? 0;
        timetable.add(delay, () => attempt(target, { record, body, after: delay / 1000 }));
      }
    },
    control: {
      list: () => structuredClone(records),
      async advance(seconds) {
        if (!Number.isFinite(seconds) || seconds < 0) {
          throw new RangeError(`The clock of pushes cannot be moved by ${seconds} s, only forward`);
        }
        await timetable.advance(seconds * 1000);
      },
      async sendTest() {
        if (target === undefined) throw new TypeError("There is no push.callbackUrl to send the test request to");
        return await sendPush(TEST_BODY, { ...target, pushPartnerKey: randomBytes(16).toString("hex"), closing });
      },
    },
  };
}

function newRecord(session: UploadSession, fault: Fault | undefined): PushRecord {
  return {
    code: session.module === "media" ? 38 : 11,
    videoUploadId: session.id,
    status: statusOf(session),
    state: fault?.kind === "drop" ? "lost" : "waiting",
    fault: fault?.kind,
    attempts: [],
  };
}
