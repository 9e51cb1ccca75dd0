import { createHash, createHmac } from "node:crypto";

/** An emulator, as far as a client of it is concerned. */
export interface Target {
  url: string;
  credentials: { partnerId: number; partnerKey: string; shopId: number; accessToken: string };
  fetch?: (request: Request) => Promise<Response>;
}

/** Answer of the platform, taken apart. */
export interface Answer {
  status: number;
  headers: Headers;
  error: string;
  message: string;
  request_id: string;
  // deno-lint-ignore no-explicit-any -- tests look into it at will
  response: any;
}

/** What a test may change about a call. */
export interface CallOptions {
  /** @default "POST" */
  method?: string;
  json?: unknown;
  form?: Record<string, string | Blob | Blob[]>;
  query?: Record<string, string>;
  /** Query parameters that are changed, or left out, after signing. */
  tamper?: Record<string, string | undefined>;
  /** @default now */
  timestamp?: number;
  accessToken?: string;
  shopId?: number;
  /** Signs as this user. */
  userId?: number;
  /** Signs a Public call as a Shop call. */
  asShop?: boolean;
  headers?: Record<string, string>;
  body?: BodyInit;
}

const SHOP_SIGNED = [
  "/api/v2/media_space/init_video_upload",
  "/api/v2/media_space/get_video_upload_result",
  "/api/v2/media_space/cancel_video_upload",
];

/** Signs and sends one call, written from the contract and not from the client. */
export async function call(target: Target, path: string, options: CallOptions = {}): Promise<Answer> {
  const request = signedRequest(target, path, options);
  const response = await (target.fetch ?? fetch)(request);
  return { status: response.status, headers: response.headers, ...(await response.json()) };
}

/** The request that `call` sends. */
export function signedRequest(target: Target, name: string, options: CallOptions = {}): Request {
  const path = `/api/v2/${name}`;
  const { partnerId, partnerKey } = target.credentials;
  const shopId = options.shopId ?? target.credentials.shopId;
  const accessToken = options.accessToken ?? target.credentials.accessToken;
  const timestamp = options.timestamp ?? Math.floor(Date.now() / 1000);
  const isShop = options.asShop || SHOP_SIGNED.includes(path) || name.startsWith("product/");
  const owner = options.userId !== undefined ? { user_id: options.userId } : isShop ? { shop_id: shopId } : {};
  const signed = Object.entries(owner).map(([key, id]): [string, string] => [key, String(id)]);
  const base = `${partnerId}${path}${timestamp}${signed.map(([, id]) => `${accessToken}${id}`).join("")}`;
  const url = new URL(path, target.url);
  const query = {
    partner_id: String(partnerId),
    timestamp: String(timestamp),
    sign: createHmac("sha256", partnerKey).update(base).digest("hex"),
    ...(signed.length > 0 && { access_token: accessToken, ...Object.fromEntries(signed) }),
    ...options.query,
    ...options.tamper,
  };
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(key, value);
  }
  return new Request(url, { method: options.method ?? "POST", ...payload(options) });
}

function payload({ json, form, body, headers }: CallOptions): RequestInit {
  if (body !== undefined) return { body, headers };
  if (json !== undefined) {
    return { body: JSON.stringify(json), headers: { "Content-Type": "application/json", ...headers } };
  }
  if (form === undefined) return { headers };
  const data = new FormData();
  for (const [name, value] of Object.entries(form)) {
    for (const entry of Array.isArray(value) ? value : [value]) {
      if (typeof entry === "string") data.append(name, entry);
      else data.append(name, entry, "file.bin");
    }
  }
  return { body: data, headers };
}

/** Hex MD5. */
export function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}

/** Bytes that differ from place to place. */
export function noise(size: number, seed = 1): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(size / 4));
  let state = seed >>> 0 || 1;
  for (let index = 0; index < words.length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state;
  }
  return new Uint8Array(words.buffer).subarray(0, size);
}
