import { createLine } from "../api/line.ts";
import { raceSignal } from "../async/signals.ts";
import { isShopeeApiError } from "../error_guards.ts";
import { ShopeeMediaError, SourceChangedError } from "../errors.ts";
import type { VideoModule } from "../platform/types/video_module.ts";
import type { ReadableFile } from "../preflight/readable_file.ts";
import { runtime } from "../runtime.ts";
import type { Part } from "../stream/part.ts";
import { createPartPool } from "../stream/part_pool.ts";
import type { Ending } from "./ending.ts";
import type { ProgressTracker } from "./progress.ts";
import type { VideoUploadSession } from "./result.ts";
import type { Checkpoint, SavedUpload } from "./session/checkpoint.ts";
import type { FileFacts, Protocol, UploadFacts } from "./session/protocol.ts";
import type { SessionKeeper } from "./session/session_keeper.ts";

/** Options of {@linkcode createPartSender}. */
export interface PartSenderOptions<Module extends VideoModule> {
  /** How the module is spoken to. */
  protocol: Protocol<Module>;
  /** Opens the session. */
  keeper: SessionKeeper<Module>;
  /** Where acknowledged parts are written down. */
  checkpoint?: Checkpoint<Module> | undefined;
  /** Keeps the books. */
  progress: ProgressTracker;
  /** Parts in flight at once. */
  concurrency: number;
  /** Fires when the upload has failed. */
  signal: AbortSignal;
  /** Is told of the session, and of a part that could not be sent. */
  ending: Pick<Ending<Module>, "opened" | "fail">;
  /** Called with the buffer of each part that is not needed any more. */
  release: (bytes: Uint8Array<ArrayBuffer>) => void;
}

/** An upload of which all parts are at Shopee. */
export interface SentParts<Module extends VideoModule> extends UploadFacts {
  /** The session they are in. */
  session: VideoUploadSession<Module>;
}

/** Brings the parts of one file to its session. */
export interface PartSender<Module extends VideoModule> {
  /** Opens the session, or takes up the one of the checkpoint; once, however often it is called. */
  open(file: FileFacts): Promise<VideoUploadSession<Module>>;
  /** Sends a part as soon as there is room for it; holds it as long as no session was opened. */
  add(part: Part): Promise<void>;
  /**
   * The file has ended: sends what is held, and waits until all of it was acknowledged.
   *
   * @throws {ShopeeMediaError} A part is missing.
   */
  finish(file: FileFacts): Promise<SentParts<Module>>;
  /** The file, as long as no session was opened and all of it is held. */
  held(size: number): ReadableFile;
  /** The most parts that may wait to be compared with acknowledged ones that come after them. */
  readonly holes: number;
}

/**
 * Makes the sender of one upload.
 *
 * @returns The sender, without a session.
 */
export function createPartSender<Module extends VideoModule>(options: PartSenderOptions<Module>): PartSender<Module> {
  const { protocol, keeper, checkpoint, progress, concurrency, signal, ending } = options;
  const pool = createPartPool({ concurrency, signal, upload: send, onError: ending.fail });
  /** However many parts are in the pool: over a line that turns out to be slow, fewer go at once. */
  const line = createLine();
  const held: Part[] = [];
  const acked = new Map<number, number>();
  let opening: Promise<VideoUploadSession<Module>> | undefined;
  let upload: SavedUpload<Module> | undefined;
  let gate: ResumeGate | undefined;
  let firstRequest: number | undefined;
  let uploadCost = 0;

  function open(file: FileFacts): Promise<VideoUploadSession<Module>> {
    opening ??= use(keeper.start(file));
    return opening;
  }

  async function use(starting: Promise<SavedUpload<Module>>): Promise<VideoUploadSession<Module>> {
    upload = await raceSignal(starting, signal);
    uploadCost = upload.uploadCost;
    gate = upload.parts.size > 0 ? createResumeGate(upload.parts) : undefined;
    ending.opened(upload.session);
    progress.start(upload.session);
    return upload.session;
  }

  async function add(part: Part): Promise<void> {
    if (gate === undefined) return await pool.add(part);
    const { known, changed, ready } = gate(part);
    if (known) settle(part, progress.skipped);
    if (changed) await startOver(upload!);
    for (const part of ready) await pool.add(part);
  }

  /** The source is not the one that was interrupted. As long as none of its parts was skipped, nothing is lost. */
  async function startOver({ session, file }: SavedUpload<Module>): Promise<void> {
    if (acked.size > 0) throw sourceChanged(session);
    const { partSize } = await use(keeper.restart(file));
    // The parts at hand were cut for the other session.
    if (partSize !== session.partSize) throw sourceChanged(upload!.session);
  }

  async function send(part: Part): Promise<void> {
    firstRequest ??= runtime.elapsed();
    const { session, uploadCost: before } = upload!;
    const options = { signal, line, onSent: (bytes: number) => progress.sent(part, bytes) };
    try {
      await protocol.sendPart(session, part, options);
    } catch (error) {
      // Nobody has promised that parts may go side by side.
      if (!isShopeeApiError(error) || error.kind !== "part_order" || pool.size === 1) throw error;
      await pool.inOrder(part);
      await protocol.sendPart(session, part, options);
    }
    uploadCost = before + Math.round(runtime.elapsed() - firstRequest);
    await checkpoint?.acked(part, uploadCost);
    // A store may take longer than an upload that was given up.
    if (signal.aborted) return;
    settle(part, progress.acked);
  }

  /** Shopee has the part. */
  function settle(part: Part, tell: (part: Part) => void): void {
    acked.set(part.seq, part.bytes.length);
    options.release(part.bytes);
    tell(part);
  }

  return {
    open,
    async add(part) {
      if (upload === undefined) held.push(part);
      else await add(part);
    },
    async finish(file) {
      await open(file);
      while (held.length > 0) await add(held.shift()!);
      await pool.idle();
      const parts = allParts(acked, file.size);
      signal.throwIfAborted();
      return { session: upload!.session, parts, uploadCost };
    },
    held: (size) => fileOf(held, size),
    get holes() {
      return upload === undefined ? 0 : Math.max(-1, ...upload.parts.keys()) + 1 - upload.parts.size;
    },
  };
}

/** Reads ranges of a file of which all parts are at hand. */
function fileOf(parts: readonly Part[], size: number): ReadableFile {
  const read = (start: number, end: number) => {
    const range = new Uint8Array(Math.max(0, Math.min(end, size) - start));
    let offset = 0;
    for (const { bytes } of parts) {
      const piece = bytes.subarray(Math.max(0, start - offset), Math.max(0, end - offset));
      range.set(piece, Math.max(0, offset - start));
      offset += bytes.length;
      if (offset >= end) break;
    }
    return range.buffer;
  };
  return { size, slice: (start, end) => ({ arrayBuffer: () => Promise.resolve(read(start, end)) }) };
}

/** Returns the numbers of all parts, once it is sure that nothing is missing. */
function allParts(acked: ReadonlyMap<number, number>, size: number): number[] {
  const parts = [...acked.keys()].sort((a, b) => a - b);
  const missing = parts.findIndex((seq, index) => seq !== index);
  if (missing !== -1) throw new ShopeeMediaError(`Cannot complete the upload: part ${missing} was not acknowledged`);
  const sum = [...acked.values()].reduce((sum, bytes) => sum + bytes, 0);
  if (sum === size) return parts;
  throw new ShopeeMediaError(`Cannot complete the upload: ${sum} of its ${size} bytes were acknowledged`);
}

function sourceChanged({ videoUploadId }: VideoUploadSession): SourceChangedError {
  return new SourceChangedError(`Cannot resume the upload ${videoUploadId}: the source has changed`);
}

/** Looks at one part of a resumed upload, and says what is to be done. */
type ResumeGate = (part: Part) => GateVerdict;

/** What a resumed upload learns of the part at hand. */
interface GateVerdict {
  /** It was acknowledged before, and is the same: it is skipped. */
  known: boolean;
  /** It is not what was acknowledged under its number: the source has changed. */
  changed: boolean;
  /** What may be sent now: this part, and those that waited before it; nothing as long as it has to wait itself. */
  ready: Part[];
}

/**
 * Makes the gate that parts pass, in order, when an upload is resumed. Nothing gets through before all the parts that
 * were acknowledged have been compared with the source. Those that wait are the holes between acknowledged parts, so
 * fewer than were in flight when the upload was interrupted, whatever this one's concurrency is.
 *
 * @param known MD5 of each acknowledged part.
 * @returns The gate, which has seen no part.
 */
function createResumeGate(known: ReadonlyMap<number, string>): ResumeGate {
  const last = Math.max(-1, ...known.keys());
  let waiting: Part[] = [];

  return (part) => {
    const md5 = known.get(part.seq);
    const changed = md5 !== undefined && md5 !== part.md5;
    if (md5 === undefined || changed) waiting.push(part);
    if (part.seq < last && !changed) return { known: md5 !== undefined, changed, ready: [] };
    const ready = waiting;
    waiting = [];
    return { known: md5 !== undefined && !changed, changed, ready };
  };
}
