import { isBytes, toBytes } from "../bytes.ts";
import { InvalidInputError } from "../errors.ts";

/** A request as Node's `http`, and so Express, Fastify's `request.raw` or a cloud function, has it. */
export interface NodeRequest extends AsyncIterable<unknown> {
  /** Its method. @default POST */
  method?: string | undefined;
  /** Path and query. */
  url?: string | undefined;
  /** The same as it came, where a router of Express's has shortened `url`. */
  originalUrl?: string | undefined;
  /** By their names in lower case. */
  headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** What a body parser has made of the body: only its raw bytes (`express.raw({ type: "*\/*" })`) can be verified. */
  body?: unknown;
  /** The raw bytes, where a platform keeps them. */
  rawBody?: unknown;
}

/**
 * Makes a web `Request` of one of Node's, for {@linkcode createPushHandler}.
 *
 * @param request The request, whose body nobody has read, or which has its raw bytes. A web `Request` comes back as it is.
 * @returns The same, with its body as a stream, or as the bytes that are there.
 * @throws {InvalidInputError} It is none of Node's, or a body parser has read it: the raw bytes are signed, and gone.
 * @example
 * ```ts
 * import { toWebRequest } from "shopee-media/push";
 *
 * // app.post("/pushes", express.raw({ type: "*\/*" }), async (request, response) => {
 * //   response.status((await handler(toWebRequest(request))).status).end();
 * // });
 * const request = toWebRequest({
 *   method: "POST",
 *   url: "/pushes",
 *   headers: { authorization: "0".repeat(64) },
 *   async *[Symbol.asyncIterator]() {
 *     yield new TextEncoder().encode('{"code":11}');
 *   },
 * });
 * console.assert(await request.text() === '{"code":11}');
 * ```
 */
export function toWebRequest(request: NodeRequest): Request {
  if (isWebRequest(request)) return request;
  checkNodeRequest(request);
  const { method = "POST", url = "/", originalUrl = url, body, rawBody } = request;
  const headers = Object.entries(request.headers).flatMap(([name, value]) =>
    // HTTP/2 has names of its own, such as `:path`.
    value === undefined || name.startsWith(":") ? [] : [[name, String(value)] as [string, string]]
  );
  const init = { method, headers, duplex: "half" };
  const origin = `http://${request.headers["host"] ?? request.headers[":authority"] ?? "localhost"}`;
  const address = new URL(originalUrl, URL.canParse(origin) ? origin : "http://localhost");
  if (method === "GET" || method === "HEAD") return new Request(address, init);
  return new Request(address, { ...init, body: bodyOf(request, rawBody ?? body) });
}

/**
 * Makes sure that a request is a web `Request`.
 *
 * @throws {InvalidInputError} It is another; the message says what makes one of it.
 */
export function checkWebRequest(request: Request): void {
  if (isWebRequest(request)) return;
  throw new InvalidInputError(
    "Cannot verify pushes: the request is no web Request; toWebRequest of shopee-media/push makes one of Express's or Node's",
  );
}

function isWebRequest(request: unknown): request is Request {
  return typeof (request as Request | undefined)?.headers?.get === "function";
}

function checkNodeRequest(request: NodeRequest | undefined): void {
  const { headers, rawBody, body } = request ?? {};
  const hasBody = typeof request?.[Symbol.asyncIterator] === "function" || (rawBody ?? body ?? undefined) !== undefined;
  if (typeof headers === "object" && headers !== null && hasBody) return;
  throw new InvalidInputError(
    "Cannot verify pushes: toWebRequest takes a request of Node's http, such as Express's, Fastify's request.raw or Koa's ctx.req",
  );
}

function bodyOf(request: NodeRequest, given: unknown): BodyOfRequest {
  if (isBytes(given)) return toBytes(given);
  if (typeof given === "string") return given;
  // Without a parser Express has no body, or, in its older versions, an empty one.
  if (given !== undefined && given !== null && Object.keys(given).length > 0) {
    throw new InvalidInputError(
      'Cannot verify pushes: a body parser has read the request, and its raw bytes are signed: put express.raw({ type: "*/*" }) before it',
    );
  }
  const chunks = request[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(toBytes(value as Uint8Array));
    },
    // Whoever cancels it asks for no more. To end the iterator would cut the connection, and the answer with it.
  });
}

type BodyOfRequest = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>;
