import { sleep } from "../../async/sleep.ts";
import { imageFields } from "../../api/body/multipart.ts";
import type { FormField } from "../../api/body/multipart.ts";
import { createHttp, type Fetch } from "../../api/http.ts";
import { sendAttempt, type WireRequest } from "../../api/send_attempt.ts";
import { type SignedRequest, signRequest } from "../../api/sign_request.ts";
import { type Endpoint, ENDPOINTS } from "../../platform/endpoints.ts";
import { runtime } from "../../runtime.ts";
import {
  type Bytes,
  type Call,
  type CallName,
  type Fields,
  nameOf,
  type Probe,
  type Upload,
  wellMade,
} from "./probes.ts";
import { type Reading, readWireAnswer } from "./reading.ts";

/** Whom probes are sent to, and with which credentials. */
export interface SenderOptions {
  /** Origin. */
  baseUrl: string;
  partnerId: number;
  partnerKey: string;
  shop: { shopId: number; accessToken: string };
  /** Sends the requests. @default globalThis.fetch */
  fetch?: Fetch;
  /** Ms between the end of one call and the start of the next. */
  pause: number;
}

/** Makes calls as badly as it is told to, each of them once. */
export interface Sender {
  /** How many calls it has made. */
  readonly calls: number;
  /**
   * Makes the call of a probe. An init is waited for even if the signal fires meanwhile: were its answer not read, nobody
   * could cancel what it opens.
   *
   * @throws The signal's reason, when it fires.
   */
  send(probe: Probe, upload: Upload, signal?: AbortSignal): Promise<Reading>;
}

const ROOT = "/api/v2/";
const BY_PATH = new Map(Object.values(ENDPOINTS).map((endpoint) => [endpoint.path, endpoint]));
const NEVER = new AbortController().signal;
/** Ms. */
const TIMEOUT = { attempt: 60_000, idle: 30_000 };

/**
 * Makes a sender. It has the client's own signature and body, and none of its retries: a probe wants the first answer,
 * whatever it is.
 */
export function createSender({ baseUrl, partnerId, partnerKey, shop, fetch, pause }: SenderOptions): Sender {
  const http = createHttp(fetch);
  const hmac = runtime.hmacSha256(partnerKey);
  let calls = 0;

  /** Public calls that the platform wants to be signed for the shop, as it has said. */
  const shopSigned = new Set<Call>();

  function isForShop({ call, sign }: Probe): boolean {
    if (sign?.as !== undefined) return sign.as === "shop";
    return endpointOf(call).auth === "shop" || shopSigned.has(call);
  }

  async function sign(probe: Probe, query?: Record<string, string>): Promise<SignedRequest> {
    const { call, path = endpointOf(call).path, sign: { ahead = 0, ...other } = {} } = probe;
    const signer = {
      owner: "shop",
      id: other.shopId ?? shop.shopId,
      accessToken: other.accessToken ?? shop.accessToken,
    } as const;
    const signed = await signRequest(path, {
      credentials: { baseUrl, partnerId: other.partnerId ?? partnerId, partnerKey, hmac },
      timestamp: Math.floor(runtime.now() / 1000) + ahead,
      signedFor: isForShop(probe) ? signer : undefined,
      query,
    });
    if (other.sign === undefined) return signed;
    const url = new URL(signed.url);
    url.searchParams.set("sign", other.sign);
    return { ...signed, url: url.href };
  }

  return {
    get calls() {
      return calls;
    },
    async send(probe, upload, signal) {
      if (calls > 0) await sleep(pause, signal);
      signal?.throwIfAborted();
      const fields = { ...wellMade(probe.call, upload), ...probe.fields };
      const { method } = endpointOf(probe.call);
      const body = method === "GET" ? {} : await bodyOf(probe, fields);
      const { url, secrets } = await sign(probe, method === "GET" ? fields as Record<string, string> : undefined);
      calls += 1;
      const startedAt = runtime.elapsed();
      const answer = await sendAttempt(http, { method, url, ...body }, {
        signal: signal === undefined || nameOf(probe) === "init_video_upload" ? NEVER : signal,
        timeout: TIMEOUT,
      });
      const reading = readWireAnswer(answer, {
        call: probe.call,
        ms: Math.round(runtime.elapsed() - startedAt),
        secrets: [...secrets, shop.accessToken],
        ids: [`${fields.video_upload_id ?? ""}`, `${partnerId}`, `${shop.shopId}`],
        isForShop: isForShop(probe),
      });
      if (reading.kind === "signing_mode" && probe.sign === undefined) shopSigned.add(probe.call);
      return reading;
    },
  };
}

function endpointOf(call: Call): Endpoint {
  return BY_PATH.get(ROOT + call)!;
}

const FORMS: ReadonlySet<CallName> = new Set(["upload_video_part", "upload_image"]);

async function bodyOf(probe: Probe, fields: Fields): Promise<Pick<WireRequest, "json" | "form">> {
  if (!FORMS.has(nameOf(probe))) return { json: JSON.stringify(fields) };
  if (probe.as === "json") return { json: JSON.stringify({ video_upload_id: fields.video_upload_id }) };
  return { form: await formOf(fields) };
}

function isBytes(value: Fields[string]): value is Bytes {
  return value instanceof Uint8Array;
}

async function formOf(fields: Fields): Promise<FormField[]> {
  const form: FormField[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (isBytes(value)) {
      form.push({ name, file: value, fileName: "part-0", type: "application/octet-stream" });
    } else if (Array.isArray(value)) form.push(...await imageFields(name, value as Bytes[]));
    else form.push({ name, value: `${value}` });
  }
  return form;
}
