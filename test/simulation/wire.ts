import type { FetchAnswer, FetchInit } from "../../src/api/http.ts";
import type { Random } from "../reliability/soak/plan.ts";
import { concat } from "../support/bytes.ts";
import type { Actor, Clockwork, Machine, Task } from "./clockwork.ts";
import { createInlet, type Inlet } from "./inlet.ts";
import { type ApiRequest, readRequest } from "./read_request.ts";

/** What can go wrong with one request on its way. */
export type NetworkFault =
  /** The connection was never made. */
  | "refused"
  /** The connection breaks before the request has arrived. */
  | "reset-before"
  /** The request is done, then the connection breaks. */
  | "reset-after"
  /** Half-open: the request never arrives, and nobody says so. */
  | "silent-before"
  /** Half-open: the request is done, and its answer never comes. */
  | "silent-after"
  /** The request arrives `ms` later, also when nobody waits for it any more. */
  | "late"
  /** The answer comes `ms` later. */
  | "late-answer"
  /** A proxy delivers the request once more, `ms` later; the first answer counts. */
  | "doubled"
  /** A proxy loses the first answer, and delivers the request once more, `ms` later. */
  | "sent-again";

/** One request that shall fare badly. */
export interface NetworkTrouble {
  /** Name of the endpoint without its module, or `*`. */
  endpoint: string;
  /** Which request to it, from 1. */
  call: number;
  fault: NetworkFault;
  ms: number;
}

/** How far and how wide the way is. */
export interface Way {
  /** Ms that everything takes. */
  latency: number;
  /** Ms that it may take more: what was sent later may then arrive sooner. */
  jitter: number;
  /** Bytes per ms. */
  bandwidth: number;
}

/** A request and its answer, as they are on their way. */
export interface Exchange {
  readonly number: number;
  readonly machine: Machine;
  readonly task: Task | undefined;
  /** Such as `media/upload_video_part`. */
  readonly endpoint: string;
  readonly query: URLSearchParams;
  /** What was asked for, once all of the request has been seen. */
  request: ApiRequest;
  /** Whether its client still waits for the answer. */
  isOpen: boolean;
}

/** Who hears of everything that goes over the wire. */
export interface WireTap {
  /** A request sets out. */
  departed(exchange: Exchange): void;
  /** All of a request is known: what it is about. */
  sent(exchange: Exchange): void;
  /** A request has come to the platform. */
  arrived(exchange: Exchange): void;
  /** All of an answer has come to its client. */
  answered(exchange: Exchange, answer: { status: number; headers: Headers; text: string }): void;
  /** The exchange is over for its client without an answer. */
  failed(exchange: Exchange, why: "refused" | "reset" | "given up"): void;
}

/** The platform, as the wire sees it. */
export type Serve = (request: Request, connection: { gone: AbortSignal }) => Promise<Response>;

/** Options of {@linkcode createWire}. */
export interface WireOptions {
  clockwork: Clockwork;
  /** The machine of the platform. */
  platform: Machine;
  serve: Serve;
  way: Way;
  troubles: readonly NetworkTrouble[];
  random: Random;
  tap: WireTap;
}

/** The network between the machines and the platform. */
export interface Wire {
  /** As the option `fetch` of a `MediaManager`. */
  fetch(url: string, init: FetchInit): Promise<FetchAnswer>;
  /** As the global `fetch`, which is given bodies that are streams. */
  fetchStream(input: Request | URL | string, init?: RequestInit): Promise<Response>;
  /** A machine was killed: its connections are gone. */
  drop(machine: Machine): void;
  /** For so many ms nothing comes through. */
  cut(ms: number, how: "silent" | "reset"): void;
}

/** What lies under way. */
interface UnderWay {
  exchange: Exchange;
  gone: AbortController;
  /** Tells the client of the end, if it still waits. */
  giveUp(reason: unknown): void;
}

/** A body and its headers. */
interface Sent {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: string | Uint8Array<ArrayBuffer> | undefined;
}

/** Makes the network, on which nothing is under way. */
export function createWire(options: WireOptions): Wire {
  const { clockwork, platform, serve, way, troubles, random, tap } = options;
  const calls = new Map<string, number>();
  const underWay = new Set<UnderWay>();
  /** Requests of the runtime's own, whose signals would stop following those of their makers were they collected. */
  const kept = new Map<Exchange, unknown>();
  /** When the way out of each machine is free again. */
  const freeAt = new Map<Machine, number>();
  let count = 0;
  let outage = { until: 0, how: "silent" as "silent" | "reset" };

  const travelTime = () => way.latency + random.next() * way.jitter;
  /** As runtimes have it: some tell a code, some put the whole address into the text. */
  function reset(url: string, code?: string): TypeError {
    if (code === undefined && random.next() < 0.5) return new TypeError(`error sending request for url (${url})`);
    const cause = Object.assign(new Error(`${code} ${url}`), { code: code ?? "ECONNRESET" });
    return new TypeError("fetch failed", { cause });
  }

  function open(url: string): { exchange: Exchange; trouble: NetworkTrouble | undefined } {
    const { machine, task } = clockwork.actor();
    const { pathname, searchParams: query } = new URL(url);
    const endpoint = pathname.replace("/api/v2/", "");
    const exchange = {
      ...{ number: ++count, machine, task, endpoint, query, request: {} },
      isOpen: true,
    };
    const trouble = ["*", endpoint.split("/").at(-1)!].flatMap((name) => {
      const call = (calls.get(name) ?? 0) + 1;
      calls.set(name, call);
      return troubles.filter((one) => one.endpoint === name && one.call === call);
    })[0];
    tap.departed(exchange);
    return { exchange, trouble };
  }

  /** Ms until so many bytes have left the machine. */
  function leave(machine: Machine, bytes: number): number {
    const free = Math.max(clockwork.now, freeAt.get(machine) ?? 0) + bytes / way.bandwidth;
    freeAt.set(machine, free);
    return free - clockwork.now;
  }

  /** Sends a request and brings back its answer, with all that goes wrong on the way. */
  function carry(exchange: Exchange, sent: Sent, { trouble, signal, delay }: {
    trouble: NetworkTrouble | undefined;
    signal: AbortSignal;
    delay: number;
  }): Promise<{ status: number; headers: Headers; inlet: Inlet }> {
    const client: Actor = clockwork.actor();
    const server: Actor = { machine: platform };
    const { promise, resolve, reject } = Promise.withResolvers<{ status: number; headers: Headers; inlet: Inlet }>();
    const fault = trouble?.fault;
    let inlet: Inlet | undefined;

    function end(): boolean {
      if (!exchange.isOpen) return false;
      exchange.isOpen = false;
      signal.removeEventListener("abort", onAbort);
      underWay.delete(mine);
      kept.delete(exchange);
      return true;
    }
    function fail(error: unknown, why: "refused" | "reset" | "given up"): void {
      if (!end()) return;
      tap.failed(exchange, why);
      reject(error);
      inlet?.fail(error);
    }
    function onAbort(): void {
      fail(signal.reason, "given up");
      // What was sent is on its way, or at work: nobody can be sure that it ends.
      if (random.next() < 0.5) mine.gone.abort(new Error("The client has gone"));
    }
    const mine: UnderWay = { exchange, gone: new AbortController(), giveUp: (reason) => fail(reason, "reset") };
    underWay.add(mine);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    promise.catch(() => {});

    const isCut = () => clockwork.now < outage.until;
    const toClient = (ms: number, work: () => void) => clockwork.later(client, ms, work);

    async function arrive(counts: boolean): Promise<void> {
      if (isCut()) {
        if (outage.how === "reset") toClient(travelTime(), () => fail(reset(sent.url), "reset"));
        return;
      }
      if (mine.gone.signal.aborted) return;
      tap.arrived(exchange);
      const { url, method, headers, body } = sent;
      const request = new Request(url, { method, headers, ...(body !== undefined && { body }) });
      try {
        const response = await serve(request, { gone: mine.gone.signal });
        await bringBack(response, counts);
      } catch {
        if (counts) toClient(travelTime(), () => fail(reset(sent.url), "reset"));
      }
    }

    async function bringBack(response: Response, counts: boolean): Promise<void> {
      const lost = !counts || isCut() || fault === "silent-after";
      const wait = fault === "late-answer" ? trouble!.ms : 0;
      if (fault === "reset-after" && counts) toClient(travelTime(), () => fail(reset(sent.url), "reset"));
      if (lost || fault === "reset-after") return void response.body?.cancel().catch(() => {});
      const { status, headers } = response;
      const reader = response.body?.getReader();
      let text = "";
      let at = clockwork.now + wait + travelTime();
      /** What is sent later never comes sooner, in one connection. */
      const next = (work: () => void) => {
        at = Math.max(at, clockwork.now + way.latency);
        toClient(at - clockwork.now, work);
      };
      let first: Uint8Array | undefined;
      let isOver = false;
      try {
        const step = await reader?.read();
        first = step?.value;
        isOver = first === undefined;
        next(() => {
          if (!exchange.isOpen) return;
          inlet = createInlet(() => {
            if (end()) tap.failed(exchange, "given up");
          });
          if (first !== undefined) inlet.push(first);
          resolve({ status, headers, inlet });
        });
        if (first !== undefined) text += decode(first);
        while (!isOver) {
          const { done, value } = await reader!.read();
          if (done) break;
          text += decode(value);
          next(() => void (exchange.isOpen && inlet?.push(value)));
        }
        next(() => {
          if (!end()) return;
          tap.answered(exchange, { status, headers, text });
          inlet?.end();
        });
      } catch {
        next(() => fail(reset(sent.url), "reset"));
      }
    }

    function setOut(): void {
      const ms = delay + travelTime();
      if (fault === "refused") {
        return void toClient(way.latency, () => fail(reset(sent.url, "ECONNREFUSED"), "refused"));
      }
      if (fault === "reset-before") return void toClient(ms, () => fail(reset(sent.url), "reset"));
      if (fault === "silent-before") return;
      const late = fault === "late" ? trouble!.ms : 0;
      clockwork.later(server, ms + late, () => void arrive(fault !== "sent-again"));
      if (fault === "doubled" || fault === "sent-again") {
        clockwork.later(server, ms + trouble!.ms, () => void arrive(fault === "sent-again"));
      }
    }
    setOut();
    return promise;
  }

  return {
    async fetch(url, init) {
      init.signal.throwIfAborted();
      const { exchange, trouble } = open(url);
      const { method, headers = {}, body, signal } = init;
      exchange.request = readRequest(exchange, body);
      tap.sent(exchange);
      const delay = leave(exchange.machine, 300 + (body?.length ?? 0));
      const { inlet, ...answer } = await carry(exchange, { url, method, headers, body }, { trouble, signal, delay });
      return { ...answer, body: inlet.iterable };
    },
    async fetchStream(input, init) {
      const request = new Request(input, init);
      const { url, method, signal } = request;
      signal.throwIfAborted();
      const { exchange, trouble } = open(url);
      kept.set(exchange, [input, request]);
      const headers = Object.fromEntries(request.headers);
      const body = request.body === null ? undefined : await drain(request.body, { exchange, trouble, signal });
      exchange.request = readRequest(exchange, body);
      tap.sent(exchange);
      const { inlet, ...answer } = await carry(exchange, { url, method, headers, body }, { trouble, signal, delay: 0 });
      return new Response(inlet.stream(), answer);
    },
    drop(machine) {
      for (const one of [...underWay].filter(({ exchange }) => exchange.machine === machine)) {
        underWay.delete(one);
        one.exchange.isOpen = false;
        kept.delete(one.exchange);
        tap.failed(one.exchange, "given up");
        if (random.next() < 0.5) one.gone.abort(new Error("The client was killed"));
      }
    },
    cut(ms, how) {
      outage = { until: clockwork.now + ms, how };
    },
  };

  /** Takes a body as fast as the way carries it. One that stands still half way is never taken to its end. */
  async function drain(
    body: ReadableStream<Uint8Array>,
    { exchange, trouble, signal }: { exchange: Exchange; trouble: NetworkTrouble | undefined; signal: AbortSignal },
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    aborted.catch(() => {});
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    const reader = body.getReader();
    const chunks: Uint8Array[] = [];
    try {
      for (let index = 0;; index++) {
        const { done, value } = await Promise.race([reader.read(), aborted]);
        if (done) break;
        chunks.push(value);
        const way = clockwork.actor();
        const { promise, resolve } = Promise.withResolvers<void>();
        if (trouble?.fault !== "silent-before" || index === 0) {
          clockwork.later(way, leave(exchange.machine, value.length), resolve);
        }
        await Promise.race([promise, aborted]);
      }
    } catch (error) {
      exchange.isOpen = false;
      kept.delete(exchange);
      tap.failed(exchange, "given up");
      void reader.cancel(error).catch(() => {});
      throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
    return concat(chunks);
  }
}

const decoder = new TextDecoder();

function decode(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
