import { STATUS_CODES } from "node:http";
import { sleep } from "../../async/sleep.ts";
import type { UploadImageResponse } from "../../platform/types/media_space.ts";
import { type Answer, describeRefusal, errorAnswer, Refusal, type Voice } from "../api/answer.ts";
import type { Clock } from "../clock.ts";
import { uploadImageResponse } from "../files/media_info.ts";
import { type Connection, ConnectionReset } from "../server/network.ts";
import type { Fault } from "./fault.ts";

/** What {@linkcode applyFault} needs besides the fault. */
export interface ApplyFaultOptions {
  /** Does what the request asks for. */
  answer: () => Promise<Answer>;
  /** Name of the request. */
  requestId: string;
  /** Who says it, and where. */
  voice: Voice;
  /** Time of the platform. */
  clock: Clock;
  /** By which the answer goes out. */
  connection: Connection;
  /** Ends all waiting. */
  signal: AbortSignal;
}

/**
 * Answers a request with a fault.
 *
 * @throws {ConnectionReset} When there is to be no answer.
 */
export async function applyFault(fault: Fault, options: ApplyFaultOptions): Promise<Answer> {
  const { answer, signal } = options;
  switch (fault.kind) {
    case "reset-before":
      throw new ConnectionReset();
    case "reset-after":
      await answer();
      throw new ConnectionReset();
    case "stall-before":
      await sleep(fault.ms ?? Infinity, signal);
      return await answer();
    case "stall-after": {
      const late = await answer();
      await sleep(fault.ms ?? Infinity, signal);
      return late;
    }
    case "cut":
    case "stall-middle":
    case "slow":
      return { ...await answer(), send: (body) => brokenBody(body, fault, options) };
    case "truncated": {
      const whole = await answer();
      return { ...whole, body: whole.body.slice(0, whole.body.length >> 1) };
    }
    case "dashes": {
      const whole = await answer();
      return whole.error === "" ? { ...whole, body: putDashes(whole.body) } : whole;
    }
    case "image-error": {
      const whole = await answer();
      return { ...whole, body: refuseImage(whole.body, fault) };
    }
    default:
      if (fault.after) await answer();
      return replacement(fault, options);
  }
}

function replacement(fault: Fault, { requestId, voice, clock }: ApplyFaultOptions): Answer {
  const headers = retryAfter(fault, clock);
  const gateway = (status: number, type: string, body: string): Answer => {
    return { status, error: "", headers: { ...headers, "Content-Type": type }, body };
  };
  switch (fault.kind) {
    case "html": {
      const { status = 502 } = fault;
      return gateway(
        status,
        "text/html",
        `<html><body><h1>${status} ${STATUS_CODES[status] ?? ""}</h1></body></html>\n`,
      );
    }
    case "empty":
      return gateway(fault.status ?? 200, "application/json", "");
    case "status":
      return gateway(fault.status ?? 503, "text/plain", "Not now\n");
    case "rate-limit": {
      const usual = describeRefusal(new Refusal("rateLimit"), voice);
      const { error: code = usual.code, message = usual.message, status = usual.status } = fault;
      return errorAnswer({ code, message, status, headers }, requestId);
    }
    case "not-attachable":
      return errorAnswer(describeRefusal(new Refusal("lateVideo"), voice), requestId);
    case "daily-limit":
      return errorAnswer(describeRefusal(new Refusal("dailyLimit"), voice), requestId);
    default: {
      const { error: code = "error_server", message = "This fault was asked for.", status = 200 } = fault;
      return errorAnswer({ code, message, status, headers }, requestId);
    }
  }
}

function retryAfter({ retryAfter, retryAfterDate }: Fault, clock: Clock): Record<string, string> {
  if (retryAfter !== undefined) return { "Retry-After": String(retryAfter) };
  if (retryAfterDate === undefined) return {};
  return { "Retry-After": new Date(clock.now() + retryAfterDate * 1000).toUTCString() };
}

type Bytes = Uint8Array<ArrayBuffer>;

/** Servers put off what they write for a moment: in this many ms half a body is surely under way. */
const FLUSH_TIME = 20;

/** Sends a body as badly as `cut`, `stall-middle` or `slow` have it. */
function brokenBody(body: Bytes, fault: Fault, { connection, signal }: ApplyFaultOptions): ReadableStream<Bytes> {
  const steps = sendSteps(body, fault, signal);
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await steps.next();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        if (connection.cut === undefined) throw error;
        connection.cut();
        controller.close();
      }
    },
    cancel() {
      // Not awaited: a generator that waits returns only when its wait is over.
      steps.return();
    },
  }, { highWaterMark: 0 });
}

async function* sendSteps(body: Bytes, fault: Fault, signal: AbortSignal): AsyncGenerator<Bytes, void> {
  if (fault.kind === "slow") {
    for (let index = 0; index < body.length; index++) {
      await sleep(1000 / (fault.bytesPerSecond ?? 1), signal);
      yield body.subarray(index, index + 1);
    }
    return;
  }
  const half = body.length >> 1;
  yield body.subarray(0, half);
  await sleep(fault.kind === "cut" ? FLUSH_TIME : fault.ms ?? Infinity, signal);
  if (fault.kind === "cut") throw new ConnectionReset();
  yield body.subarray(half);
}

/** Says `-` wherever a success says nothing. */
function putDashes(body: string): string {
  const dashed = (said: object) => ({ ...said, error: "-", message: "-" });
  const answer = JSON.parse(body) as { response?: Partial<UploadImageResponse> | undefined };
  const { image_info_list: entries, ...rest } = answer.response ?? {};
  const response = entries && { ...rest, image_info_list: entries.map((entry) => entry.error ? entry : dashed(entry)) };
  return JSON.stringify({ ...dashed(answer), warning: "-", ...(response && { response }) });
}

/** Puts an error into the place of one image. An answer that does not have that image stays as it is. */
function refuseImage(body: string, fault: Fault): string {
  const { image = 0, error = "error_server", message = "This fault was asked for." } = fault;
  const answer = JSON.parse(body) as { response?: Partial<UploadImageResponse> | undefined };
  const entries = answer.response?.image_info_list ?? [];
  if (image >= entries.length) return body;
  return JSON.stringify({
    ...answer,
    response: uploadImageResponse(entries.with(image, { id: image, error, message })),
  });
}
