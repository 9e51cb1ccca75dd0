/**
 * Follows real uploads to the emulator, over real sockets, and counts what cannot be read off the source.
 *
 * It takes over how modules in `src` are loaded, so it is to be imported before any of them.
 */
import { Session } from "node:inspector/promises";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { pathOfModule, readText, repositoryRoot } from "../repository.ts";
import { findAll, isFunction, isNode, lineAt, type Node, parseSource, type Source } from "./syntax.ts";

/** What the traces came to. */
export interface Trace {
  /** Calls for each part, of 4 MiB and given in one chunk, of the functions in the upload's main file. */
  readonly entriesPerPart: readonly (readonly [name: string, calls: number])[];
  /** The controllers and streams that an abort passes, while one part is under way: where each was made, or is heard. */
  readonly controllers: readonly string[];
  /** The `catch` clauses and handlers that a part's error runs into, one part at a time in a pipe. */
  readonly errorHandlers: readonly string[];
}

/**
 * Follows three uploads: one that succeeds, one that is aborted, one of which a part is refused.
 *
 * @param uploadFile The file of the upload's main function.
 */
export async function traceUploads(uploadFile: string): Promise<Trace> {
  return {
    entriesPerPart: await countEntries(uploadFile),
    controllers: await traceAbort(),
    errorHandlers: await traceError(),
  };
}

const MIB = 2 ** 20;

/** What runs in a traced upload. */
interface TracedUpload {
  parts: number;
  partSize: number;
  /** Faults of the emulator. */
  faults?: string[];
  signal?: AbortSignal;
  /** Called when bytes of a part are on their way. */
  onPart?: () => void;
}

/** Pipes parts of zeros into a sink, each as one chunk, one at a time; answers what the pipe rejected with. */
async function upload({ parts, partSize, faults, signal, onPart }: TracedUpload): Promise<unknown> {
  const { createVideoUploadSink, MediaManager } = await import("../../mod.ts");
  const { startEmulator } = await import("../../src/emulator/mod.ts");
  const emulator = await startEmulator({ inspect: false, transcodeMs: 0, mediaPartSize: partSize, faults });
  const media = new MediaManager({
    ...emulator.credentials,
    baseUrl: emulator.url,
    fetch(input, init) {
      if (input.includes("upload_video_part")) onPart?.();
      return fetch(input, init);
    },
  });
  const source = new ReadableStream({
    start(controller) {
      for (let part = 0; part < parts; part++) controller.enqueue(new Uint8Array(partSize));
      controller.close();
    },
  });
  const described = { module: "media", size: parts * partSize, fileName: "shoes.mp4", duration: 12 } as const;
  const sink = createVideoUploadSink(media, {
    ...described,
    concurrency: 1,
    sourceTimeout: Infinity,
    signal,
    onProgress: ({ sent }) => void (sent > 0 && onPart?.()),
  });
  try {
    return await source.pipeTo(sink).catch((error) => error);
  } finally {
    await emulator.close();
  }
}

/** By V8's precise coverage: how often each function is called more, for each part that an upload has more. */
async function countEntries(uploadFile: string): Promise<[name: string, calls: number][]> {
  const url = pathToFileURL(join(repositoryRoot, uploadFile)).href;
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  // In detail, since a function's count otherwise holds its resumptions after an `await`, too.
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });

  /** Calls of each function of that file, by its name and place. */
  async function callsIn(parts: number): Promise<Map<string, number>> {
    await upload({ parts, partSize: 4 * MIB });
    const { result } = await session.post("Profiler.takePreciseCoverage");
    const functions = result.find((script) => script.url === url)?.functions ?? [];
    return new Map(functions.map(({ functionName, ranges: [range] }) => {
      return [`${functionName} ${range!.startOffset}`, range!.count];
    }));
  }

  try {
    // What happens but once in a process is over then.
    await callsIn(1);
    const [few, many] = [2, 10];
    const fewCalls = await callsIn(few);
    return [...await callsIn(many)].flatMap(([key, calls]): [string, number][] => {
      // Rounded, since one may have asked for the result once more than the other.
      const perPart = Math.round((calls - (fewCalls.get(key) ?? 0)) / (many - few));
      return perPart === 0 ? [] : [[key.split(" ")[0]!, perPart]];
    });
  } finally {
    session.disconnect();
  }
}

/** Counts the signals that fire with the user's reason, and that the user or `src` made, or that `src` listens to. */
async function traceAbort(): Promise<string[]> {
  const reason = new Error("The user has given up");
  const fired = new Map<AbortSignal, string>();
  const { AbortController: Original } = globalThis;
  const { addEventListener } = EventTarget.prototype;

  function watch(signal: AbortSignal, what: string): void {
    const note = () => signal.reason === reason && !fired.has(signal) && fired.set(signal, what);
    addEventListener.call(signal, "abort", note, { once: true });
  }

  globalThis.AbortController = class extends Original {
    constructor() {
      super();
      const maker = callerInSource();
      if (maker !== undefined) watch(this.signal, `made in ${maker}`);
    }
  };
  EventTarget.prototype.addEventListener = function (this: EventTarget, ...args) {
    const listener = this instanceof AbortSignal ? callerInSource() : undefined;
    if (listener !== undefined) watch(this as AbortSignal, `heard in ${listener}`);
    return addEventListener.apply(this, args as Parameters<typeof addEventListener>);
  };
  const user = new Original();
  watch(user.signal, "made by the user");
  try {
    const [parts, partSize] = [4, 1000];
    const onPart = () => void setTimeout(() => user.abort(reason));
    await upload({ parts, partSize, faults: ["upload_video_part:stall-before"], signal: user.signal, onPart });
  } finally {
    globalThis.AbortController = Original;
    EventTarget.prototype.addEventListener = addEventListener;
  }
  return [...fired.values()];
}

/** The place in `src` that has called who asks. */
function callerInSource(): string | undefined {
  const [, , , caller = ""] = new Error().stack!.split("\n");
  const [, url, line] = /(file:[^()]+):(\d+):\d+/.exec(caller) ?? [];
  const path = url === undefined ? undefined : pathOfModule(url);
  return path?.startsWith("src/") ? `${path}:${line}` : undefined;
}

/** Where an error was caught. */
interface Catch {
  readonly error: unknown;
  readonly place: string;
}

async function traceError(): Promise<string[]> {
  const before = caught.length;
  const faults = ["upload_video_part#2:error=error_param,message=refused"];
  const error = await upload({ parts: 4, partSize: 1000, faults });
  return caught.slice(before).filter((one) => one.error === error).map(({ place }) => place);
}

const caught: Catch[] = [];

/** What instrumented modules call. */
const spy = {
  caught: (error: unknown, place: string): void => void caught.push({ error, place }),
  handler: (handler: unknown, place: string): unknown =>
    typeof handler !== "function" ? handler : (error: unknown) => {
      spy.caught(error, place);
      return handler(error);
    },
};
Object.assign(globalThis, { [Symbol.for("house")]: spy });
const SPY = 'globalThis[Symbol.for("house")]';

registerHooks({
  load(url, context, nextLoad) {
    const path = pathOfModule(url);
    if (path === undefined || !/^src\/(upload|stream)\//.test(path)) return nextLoad(url, context);
    const source = spyOnHandlers(parseSource(path, readText(path)));
    return { format: "module-typescript", shortCircuit: true, source };
  },
});

/**
 * Lets each `catch` clause and each handler of a rejection report what it gets, but not those which do nothing with it: an
 * empty one, or one that only looks at the error and throws it on.
 */
function spyOnHandlers(source: Source): string {
  const insertions: [offset: number, text: string][] = [];
  const placeOf = ({ start }: Node) => JSON.stringify(`${source.path}:${lineAt(source, start)}`);

  for (const clause of findAll(source.root, ({ type }) => type === "CatchClause")) {
    const body = clause["body"] as Node;
    const name = isNode(clause["param"]) ? source.text.slice(clause["param"].start, clause["param"].end) : undefined;
    if (name !== undefined && throwsItOn(body, name)) continue;
    if (name === undefined) insertions.push([clause.start + "catch".length, " (error)"]);
    insertions.push([body.start + 1, `${SPY}.caught(${name ?? "error"}, ${placeOf(clause)});`]);
  }
  for (const handler of findAll(source.root, ({ type }) => type === "CallExpression").flatMap(rejectionHandler)) {
    if (isFunction(handler) && doesNothing(handler)) continue;
    insertions.push([handler.start, `${SPY}.handler(`], [handler.end, `, ${placeOf(handler)})`]);
  }

  insertions.sort(([a], [b]) => b - a);
  return insertions.reduce((text, [offset, more]) => text.slice(0, offset) + more + text.slice(offset), source.text);
}

/** The handler that a call of `catch` or `then` hands over, if this is one. */
function rejectionHandler({ callee, arguments: given }: Node): Node[] {
  const { property } = callee as Node;
  const name = isNode(property) ? property["name"] : undefined;
  const handler = name === "catch" ? (given as Node[])[0] : name === "then" ? (given as Node[])[1] : undefined;
  return handler === undefined ? [] : [handler];
}

function doesNothing(handler: Node): boolean {
  const [param, body] = [(handler["params"] as Node[])[0], handler["body"] as Node];
  if (body.type === "BlockStatement" && (body["body"] as Node[]).length === 0) return true;
  if (body.type === "Identifier" && body["name"] === "undefined") return true;
  return param?.type === "Identifier" && throwsItOn(body, param["name"] as string);
}

/** Whether code throws the error `name` on, and does nothing with it but look: `isSomeError(name)`, `name.code`. */
function throwsItOn(body: Node, name: string): boolean {
  const uses = new Set<string>();
  findAll(body, (node, parent) => {
    if (node.type === "Identifier" && node["name"] === name) uses.add(useIn(node, parent));
    return false;
  });
  return uses.has("throw") && !uses.has("other");
}

function useIn(node: Node, parent: Node | undefined): "throw" | "look" | "other" {
  if (parent?.type === "ThrowStatement") return "throw";
  if (parent?.type === "MemberExpression" && parent["object"] === node) return "look";
  const callee = parent?.type === "CallExpression" ? (parent["callee"] as Node)["name"] : undefined;
  return /^is[A-Z]/.test(`${callee}`) ? "look" : "other";
}
