import { createHash } from "node:crypto";
import { isShopeeMediaError, type VideoUploadResult } from "../../mod.ts";
import { textOfError } from "../support/secret_watch.ts";
import type { Place } from "./boot_place.ts";
import type { CurrentRun, Upload } from "./upload_run.ts";
import { isHarmless, leaks, troublesOf, type World } from "./world.ts";

/** Ms in which all ends that is under way. */
const SPARE = 200_000;

/** Looks whether what succeeded is at the platform as it says. */
export async function checkSuccess(
  { judge, emulator }: World,
  { bytes, plan: { until }, current }: Upload,
  result: VideoUploadResult,
): Promise<void> {
  const { run } = current!;
  const { videoUploadId, size, md5, parts } = result;
  const session = emulator.sessions().find(({ id }) => id === videoUploadId);
  if (session === undefined) return judge.accuse(`${run.name} succeeded with a session that there is not`);
  const isAtPlatform = until === "ready"
    ? session.status === "SUCCEEDED"
    : session.history.some((status) => status === "TRANSCODING" || status === "UPLOADED");
  if (!isAtPlatform) judge.accuse(`a false success of ${run.name}: its session is ${session.status}`);
  if (size !== bytes.length || md5 !== createHash("md5").update(bytes).digest("hex")) {
    judge.accuse(`${run.name} tells a wrong size or MD5`);
  }
  if (parts.length !== session.parts.length || parts.some((seq, index) => seq !== index)) {
    judge.accuse(`${run.name} tells of the parts ${parts}`);
  }
  if (run.progress?.phase !== "done" || run.progress.acked !== bytes.length) {
    judge.accuse(`${run.name} succeeded with the progress ${run.progress?.phase} ${run.progress?.acked}`);
  }
  // What was refused after all is thrown away.
  if (session.status === "CANCELLED") return;
  const content = await emulator.content(videoUploadId).catch(() => new Uint8Array());
  if (Buffer.compare(content, bytes) !== 0) judge.accuse(`the platform has other bytes than ${run.name} sent`);
}

/** Looks whether an upload may fail so, and tells what it failed with. */
export function checkFailure({ plan, judge }: World, { current }: Upload, error: unknown): string {
  const { run, abort, reason, sourceError } = current!;
  const outcome = nameOf(error, current!);
  if (error !== reason && error !== sourceError && !isShopeeMediaError(error)) {
    judge.accuse(`${run.name} failed with an error of nobody's: ${(error as Error)?.stack}`);
  }
  if (error === reason && !abort.signal.aborted) judge.accuse(`${run.name} was not aborted, but says so`);
  if (leaks(judge, textOfError(error))) judge.accuse(`a secret is in the error of ${run.name}`);
  const isLost = judge.mayHaveLostPair && (error as { kind?: string }).kind === "authorization";
  if (isHarmless(plan) && error !== reason && plan.rateLimit === undefined && !isLost) {
    judge.accuse(
      `${run.name} failed, though nothing happened that it may fail of: ${outcome}: ${(error as Error).message}`,
    );
  }
  const { session, videoUploadId = "", cleanupError } = error as Partial<
    { session: string; videoUploadId: string; cleanupError: unknown }
  >;
  const known = judge.sessions.get(videoUploadId);
  if (known !== undefined && cleanupError !== undefined) known.cancelFailed = true;
  if (session === "cancelled" && known !== undefined && known.cancel !== "acknowledged" && !known.isDisowned) {
    judge.accuse(`${run.name} says that its session was cancelled, and it was not`);
  }
  const mayKeep = run.hasCheckpoint || cleanupError !== undefined ||
    (error as { kind?: string }).kind === "daily_limit";
  if (session === "kept" && !mayKeep) judge.accuse(`${run.name} has kept its session for nobody: ${outcome}`);
  return outcome;
}

/** Looks at what is left when all has ended. */
export function checkAftermath(
  { plan, clockwork, judge, store, emulator }: World,
  { places, uploads }: { places: readonly Place[]; uploads: readonly Upload[] },
): void {
  // A machine that has slept until a moment ago has had no time to end anything.
  if (places.some(({ machine }) => machine.wakesAt + SPARE > clockwork.now)) return;
  for (const { machine } of places) {
    if (machine.isAlive && machine.timers > 0) judge.accuse(`${machine.name} has left ${machine.timers} timers`);
  }
  if (store.locked().length > 0 && troublesOf(plan, "store").length === 0) {
    judge.accuse(`the lock of ${store.locked()} was left`);
  }
  for (const { id, status, expired } of emulator.sessions()) {
    const session = judge.sessions.get(id);
    if (session === undefined || expired || !["INITIATED", "UPLOADING"].includes(status)) continue;
    const isKept = uploads.some(({ index }) =>
      (store.read(`upload ${index}`) as { videoUploadId?: string } | null)?.videoUploadId === id
    );
    if (isKept || session.isForgivable) continue;
    judge.accuse(`the session ${id} of ${session.openedBy.name} was left open, and nobody knows of it`);
  }
}

function nameOf(error: unknown, { reason, sourceError }: CurrentRun): string {
  if (error === reason) return "aborted";
  if (error === sourceError) return "its source failed";
  const { name, code, kind } = error as { name: string; code?: string; kind?: string };
  return [name, code, kind].filter(Boolean).join(" ");
}
