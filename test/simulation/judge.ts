import type { StoredValue, UploadProgress } from "../../mod.ts";
import { type Clockwork, type Machine, type Task, WORLD_BEGINS } from "./clockwork.ts";
import type { Exchange, WireTap } from "./wire.ts";

/** One run of an upload, as the judge sees it. */
export interface Run extends Task {
  readonly machine: Machine;
  readonly concurrency: number;
  readonly size: number;
  readonly hasCheckpoint: boolean;
  /** By the world's clock. */
  readonly startedAt: number;
  state: "running" | "settled" | "killed";
  /** When its caller has given it up, or its source has failed. */
  endedAt?: number | undefined;
  /** Parts of it that are under way. */
  inFlight: number;
  /** Calls of it that are under way, of any kind. */
  open: Set<Exchange>;
  progress?: UploadProgress | undefined;
}

/** What is known of a session, from what was seen on the wire. */
interface Session {
  readonly id: string;
  /** The run that has heard of it first. */
  readonly openedBy: Run;
  /** Parts whose acknowledgement has come to a client, and to which of its runs. */
  readonly acked: Map<number, Run | undefined>;
  /** The same, as far as a store has them. */
  readonly stored: Set<number>;
  /** Whether it may be completed: as the last answers have it. */
  completion: "open" | "asked" | "acknowledged";
  /** Requests to complete it that nobody has heard the end of. */
  unanswered: number;
  cancel: "none" | "asked" | "acknowledged";
  /** A request to cancel it, or to ask whether it may be cancelled, came to nothing. */
  cancelFailed: boolean;
  /** The platform has said that it does not know it. */
  isDisowned: boolean;
  /** A store has had its id. */
  wasStored: boolean;
  /** Why nobody can be blamed if it stays open. */
  readonly isForgivable: boolean;
}

/** Judges all that happens in a world, as it happens. */
export interface Judge extends Omit<WireTap, "arrived"> {
  /** Promises that were broken, in words. */
  readonly violations: string[];
  /** Says that one was. */
  accuse(words: string): void;
  /** A run begins. */
  began(run: Run): void;
  /** Its upload was given up by its caller. */
  gaveUp(run: Run): void;
  /** It has ended, or its machine was killed. */
  ended(run: Run, how: "settled" | "killed"): void;
  progressed(run: Run, progress: UploadProgress): void;
  /** A store was written to. */
  stored(key: string, value: StoredValue): void;
  readonly runs: readonly Run[];
  /** Sessions whose id a client has heard. */
  readonly sessions: ReadonlyMap<string, Session>;
  /** Every token and signature that was seen. */
  readonly secrets: ReadonlySet<string>;
  /** A machine is about to be killed. */
  killed(machine: Machine): void;
  /** Whether a pair of tokens may have been made that nobody has: the shop has to be authorised again then. */
  readonly mayHaveLostPair: boolean;
  /** Bytes that were read of a source are alive until their part was acknowledged. */
  read(run: Run, bytes: number, limit: number): void;
}

/** The platform wants to be left alone. */
interface Hold {
  until: number;
  why: string;
}

/** Ms that an upload has to clean up. */
const CLEAN_UP = 10_000;
const REFRESH = "auth/access_token/get";

/** Makes the judge of a world in which nothing has happened yet. */
export function createJudge(clockwork: Clockwork, { canLock }: { canLock: boolean }): Judge {
  const violations: string[] = [];
  const runs: Run[] = [];
  const sessions = new Map<string, Session>();
  const secrets = new Set<string>();
  /** By machine: how far its clock was corrected, in ms; nothing is a correction, too. */
  const corrections = new Map<Machine, number[]>();
  /** By machine: until when the platform wants no call. A manager does not know what its source of tokens has heard. */
  const holds = new Map<Machine, Hold>();
  /** By shop: the refreshes under way. */
  const refreshing = new Map<string, Set<Exchange>>();
  /** By refresh token: who knows that it was spent. */
  const spent = new Map<string, Set<Machine | "store">>();
  const pairs = new Map<string, string>();
  /** Access tokens that no store has yet. */
  const unstored = new Set<string>();
  /** Machines of which a refresh was refused. */
  const refused = new Set<Machine>();
  /** Machines that have heard that the day's calls are used up: they cannot cancel anything. */
  const limited = new Set<Machine>();
  let mayHaveLostPair = false;

  function accuse(words: string): void {
    violations.push(words);
  }

  const timeOf = (machine: Machine) => WORLD_BEGINS + clockwork.now + machine.skew;
  const runOf = ({ task }: Exchange) => task as Run | undefined;

  function checkTimestamp({ machine, query, endpoint }: Exchange): void {
    const implied = Number(query.get("timestamp")) * 1000 - timeOf(machine);
    const isRight = (correction: number) => Math.abs(implied - correction) <= 1_500;
    if ([0, ...corrections.get(machine) ?? []].some(isRight)) return;
    accuse(`${endpoint} is signed with a time that is ${implied} ms off the machine's, which nothing explains`);
  }

  function checkRefresh(exchange: Exchange): void {
    const { json = {} } = exchange.request;
    const shop = `${json["shop_id"]}`;
    const token = `${json["refresh_token"]}`;
    secrets.add(token);
    const others = refreshing.get(shop) ?? new Set();
    refreshing.set(shop, others);
    // Where the store cannot lock, processes cannot know of each other.
    const rivals = [...others].filter(({ machine }) => canLock || machine === exchange.machine);
    if (rivals.length > 0) accuse(`two refreshes of the shop ${shop} at once`);
    others.add(exchange);
    const knowing = spent.get(token);
    if (knowing?.has(exchange.machine)) accuse("a refresh token goes out again that its machine knows to be spent");
    // One that was handed over may be of a new authorisation, when the platform refuses the stored one.
    else if (canLock && knowing?.has("store") && !refused.has(exchange.machine)) {
      accuse("a refresh token goes out again whose successor is in the store");
    }
  }

  function departedOfRun(exchange: Exchange, run: Run): void {
    const { endpoint } = exchange;
    run.open.add(exchange);
    if (run.state === "settled") accuse(`${endpoint} goes out after the end of ${run.name}`);
    if (run.endedAt !== undefined && !endpoint.endsWith("cancel_video_upload")) {
      accuse(`${endpoint} goes out after ${run.name} was given up`);
    }
    const session = sessions.get(run.progress?.videoUploadId ?? "");
    // Also one that is cut while its body goes out: how much of it has come nobody knows.
    if (endpoint.endsWith("complete_video_upload") && session?.completion === "open") session.completion = "asked";
    if (!endpoint.endsWith("upload_video_part")) return;
    run.inFlight++;
    if (run.inFlight > run.concurrency) accuse(`${run.inFlight} parts of ${run.name} at once, not ${run.concurrency}`);
  }

  function over(exchange: Exchange): void {
    const run = runOf(exchange);
    run?.open.delete(exchange);
    if (run !== undefined && exchange.endpoint.endsWith("upload_video_part")) run.inFlight--;
    if (exchange.endpoint === REFRESH) refreshing.get(`${exchange.request.json?.["shop_id"]}`)?.delete(exchange);
  }

  function sentAboutSession(exchange: Exchange, session: Session): void {
    const { endpoint, request: { seq = -1 } } = exchange;
    const { id } = session;
    if (endpoint.endsWith("upload_video_part")) {
      if (session.stored.has(seq)) {
        accuse(`part ${seq} of ${id} goes out again, though the store has it as acknowledged`);
      } else if (session.acked.get(seq) === runOf(exchange) && session.acked.has(seq)) {
        accuse(`part ${seq} of ${id} goes out again, though it was acknowledged`);
      }
    }
    if (endpoint.endsWith("complete_video_upload")) {
      const count = exchange.request.json?.["part_seq_list"] as number[] | undefined;
      if (count !== undefined && count.some((seq) => !session.acked.has(seq))) {
        accuse(`${id} is completed with parts that nobody has acknowledged`);
      }
      if (session.completion !== "acknowledged") session.completion = "asked";
      session.unanswered++;
    }
    if (endpoint.endsWith("cancel_video_upload")) {
      if (session.completion === "acknowledged") accuse(`${id} is cancelled, though its complete was acknowledged`);
      if (session.completion === "asked") accuse(`${id} is cancelled, though it may be completed`);
      if (session.cancel === "acknowledged") accuse(`${id} is cancelled once more`);
      if (session.cancel === "asked") accuse(`${id} is cancelled twice at once`);
      session.cancel = "asked";
    }
  }

  /** What an answer tells its client of a session. */
  function heardOfSession(exchange: Exchange, session: Session, { code, message, response }: Answer): void {
    const { endpoint, request: { seq = -1 } } = exchange;
    const isSuccess = code === "";
    if (endpoint.endsWith("upload_video_part") && isSuccess) session.acked.set(seq, runOf(exchange));
    if (endpoint.endsWith("get_video_upload_result") && isSuccess && session.completion === "asked") {
      if (["INITIATED", "UPLOADING", "CANCELLED"].includes(`${response?.status}`)) session.completion = "open";
    }
    if (endpoint.endsWith("cancel_video_upload")) {
      session.cancel = isSuccess ? "acknowledged" : "none";
      if (!isSuccess) session.cancelFailed = true;
    }
    if (endpoint.endsWith("get_video_upload_result") && !isSuccess) session.cancelFailed = true;
    if (endpoint.endsWith("complete_video_upload")) {
      session.unanswered--;
      if (isSuccess) session.completion = "acknowledged";
      // A clear refusal, where no other attempt can have done it.
      else if (
        code !== undefined && !mayBeDone(code, message) && session.unanswered === 0 && session.completion === "asked"
      ) {
        session.completion = "open";
      }
    }
    if (code !== undefined && isUnknownId(code)) session.isDisowned = true;
  }

  return {
    violations,
    accuse,
    runs,
    sessions,
    secrets,
    get mayHaveLostPair() {
      return mayHaveLostPair;
    },
    killed(machine) {
      for (const knowing of spent.values()) if (knowing.has(machine) && !knowing.has("store")) mayHaveLostPair = true;
    },
    began: (run) => void runs.push(run),
    gaveUp: (run) => void (run.endedAt ??= clockwork.now),
    ended(run, how) {
      run.state = how;
      // The time to clean up was over, and with it what could be done.
      if (clockwork.now - (run.endedAt ?? Infinity) >= CLEAN_UP) {
        for (const session of sessions.values()) if (session.openedBy === run) session.cancelFailed = true;
      }
      if (how === "settled" && run.open.size > 0) {
        accuse(`${run.name} has ended, but ${[...run.open].map(({ endpoint }) => endpoint)} goes on`);
      }
    },
    progressed(run, progress) {
      const before = run.progress;
      run.progress = progress;
      if (run.state === "settled") accuse(`${run.name} tells of progress after its end`);
      if (before === undefined) return;
      // When the platform has forgotten the session, all counts begin again, and the session may turn up all the same.
      const beginsAgain = sessions.get(before.videoUploadId ?? "")?.isDisowned;
      if (progress.acked < before.acked && progress.videoUploadId === before.videoUploadId && !beginsAgain) {
        accuse(`acked of ${run.name} falls from ${before.acked} to ${progress.acked}`);
      }
      if (progress.acked > run.size) accuse(`acked of ${run.name} is ${progress.acked}, over ${run.size}`);
    },
    stored(key, value) {
      if (typeof value.refreshToken === "string") {
        const before = pairs.get(value.refreshToken);
        if (before !== undefined) known(before).add("store");
        unstored.delete(`${value.accessToken}`);
      }
      const session = sessions.get(`${value.videoUploadId}`);
      if (session === undefined) return;
      session.wasStored = true;
      for (const seq of Object.keys(value.parts as object)) {
        if (!session.acked.has(Number(seq))) {
          accuse(`the store has part ${seq} of ${key} as acknowledged, and nobody did`);
        }
        session.stored.add(Number(seq));
      }
    },
    read(run, bytes, limit) {
      const alive = bytes - (run.progress?.acked ?? 0);
      if (alive > limit) accuse(`${alive} bytes of ${run.name} are alive, not ${limit}`);
    },

    departed(exchange) {
      const { query, machine, endpoint } = exchange;
      for (const name of ["sign", "access_token"]) {
        const secret = query.get(name);
        if (secret !== null) secrets.add(secret);
      }
      checkTimestamp(exchange);
      if (unstored.has(query.get("access_token") ?? "")) {
        accuse(`${endpoint} goes out with a token that no store has yet`);
      }
      const hold = endpoint === REFRESH ? undefined : holds.get(machine);
      const isUrgent = endpoint.endsWith("cancel_video_upload");
      if (hold !== undefined && clockwork.now < hold.until - 1 && !(isUrgent && hold.why === "wait")) {
        accuse(`${endpoint} goes out, though the platform said ${hold.why}`);
      }
      const run = runOf(exchange);
      if (run !== undefined && endpoint !== REFRESH) departedOfRun(exchange, run);
    },
    sent(exchange) {
      if (exchange.endpoint === REFRESH) checkRefresh(exchange);
      const session = sessions.get(exchange.request.uploadId ?? "");
      if (session !== undefined) sentAboutSession(exchange, session);
    },
    answered(exchange, { status, headers, text }) {
      over(exchange);
      const { machine, endpoint } = exchange;
      const answer = readAnswer(text, status);
      const { code, response } = answer;
      const run = runOf(exchange);
      if (code !== undefined && /timestamp/i.test(answer.message)) {
        const date = Date.parse(headers.get("Date") ?? "");
        corrections.set(machine, [...corrections.get(machine) ?? [], date - timeOf(machine)]);
      }
      if (code === "error_limit") {
        limited.add(machine);
        if (endpoint !== REFRESH) {
          holds.set(machine, { until: clockwork.now + 3_600_000, why: "that the day's calls are used up" });
        }
      } else if (code !== "") hold(exchange, headers.get("Retry-After"));
      if (endpoint === REFRESH) {
        if (code === "" && answer.access !== undefined) {
          const token = `${exchange.request.json?.["refresh_token"]}`;
          pairs.set(answer.refresh!, token);
          known(token).add(machine);
          unstored.add(answer.access);
          secrets.add(answer.refresh!).add(answer.access);
        } else refused.add(machine);
        return;
      }
      if (endpoint.endsWith("init_video_upload") && code === "" && run !== undefined) {
        const id = response?.video_upload_id;
        if (id !== undefined) sessions.set(id, newSession(id, run, limited));
      }
      const session = sessions.get(exchange.request.uploadId ?? "");
      if (session !== undefined) heardOfSession(exchange, session, answer);
    },
    failed(exchange, why) {
      over(exchange);
      if (exchange.endpoint === REFRESH) mayHaveLostPair = true;
      const session = sessions.get(exchange.request.uploadId ?? "");
      if (session === undefined) return;
      // What was never connected never came through.
      if (exchange.endpoint.endsWith("complete_video_upload") && why === "refused") {
        session.unanswered--;
        if (session.unanswered === 0 && session.completion === "asked") session.completion = "open";
      }
      if (exchange.endpoint.endsWith("cancel_video_upload")) session.cancel = "none";
      if (/cancel_video_upload|get_video_upload_result/.test(exchange.endpoint)) session.cancelFailed = true;
    },
  };

  function known(token: string): Set<Machine | "store"> {
    const who = spent.get(token) ?? new Set();
    spent.set(token, who);
    return who;
  }

  function hold({ machine, endpoint }: Exchange, retryAfter: string | null): void {
    if (retryAfter === null || !/^\d+$/.test(retryAfter)) return;
    const until = clockwork.now + Number(retryAfter) * 1000;
    if (endpoint !== REFRESH && until > (holds.get(machine)?.until ?? 0)) holds.set(machine, { until, why: "wait" });
  }
}

function newSession(id: string, openedBy: Run, limited: ReadonlySet<Machine>): Session {
  return {
    ...{ id, openedBy, acked: new Map(), stored: new Set(), unanswered: 0 },
    ...{ completion: "open", cancel: "none", cancelFailed: false, isDisowned: false },
    get isForgivable() {
      const { state, hasCheckpoint } = openedBy;
      // Its process was killed before it could write the session down.
      if (state === "killed" && (!hasCheckpoint || !this.wasStored)) return true;
      return this.isDisowned || this.cancelFailed || limited.has(openedBy.machine) || this.completion !== "open";
    },
    wasStored: false,
  };
}

interface Answer {
  /** Nothing where it is none of the platform's; `""` for a success. */
  code: string | undefined;
  message: string;
  response?: { video_upload_id?: string; status?: string } | undefined;
  access?: string | undefined;
  refresh?: string | undefined;
}

function readAnswer(text: string, status: number): Answer {
  try {
    const { error, message, msg, response, access_token, refresh_token } = JSON.parse(text);
    const code = error === "-" ? "" : error as string;
    return { code, message: message ?? msg ?? "", response, access: access_token, refresh: refresh_token };
  } catch {
    // Neither who is too fast is let in, nor whom the edge stops.
    return { code: status === 429 || (status === 403 && text.startsWith("<")) ? "not let in" : undefined, message: "" };
  }
}

/** Whether what was refused so may have been done all the same, as the client has to see it. */
function mayBeDone(code: string, message: string): boolean {
  return /error_(server|network|system_busy|busy|unknown|already_completed)$/.test(code) ||
    /system error/i.test(message);
}

function isUnknownId(code: string): boolean {
  return /(error_invalid_upload_id|error_unknown|error_param|error_not_found)$/.test(code);
}
