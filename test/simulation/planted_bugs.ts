/** A bug that is planted to see whether the simulation finds it: a patch of one guard. */
export interface PlantedBug {
  name: string;
  file: string;
  find: string;
  replace: string;
}

const KEEPER = "src/upload/session/session_keeper.ts";
const CHECKPOINT = "src/upload/session/checkpoint.ts";
const RESULT = "src/upload/session/wait_for_result.ts";
const SENDER = "src/upload/part_sender.ts";
const TRANSPORT = "src/api/transport.ts";
const ATTEMPT = "src/api/send_attempt.ts";
const TOKEN = "src/api/token/refreshing_token.ts";

/** The bugs; the last ones are those that the simulation has found by itself, as they were. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: "no cancel when an upload fails",
    file: KEEPER,
    find: "if (!isDone && !isGone(reason)) await protocol.cancel(upload.session, { signal });",
    replace: "",
  },
  {
    name: "what may be completed is cancelled",
    file: KEEPER,
    find: "const isDone = mayBeCompleted;",
    replace: "const isDone = false;",
  },
  {
    name: "two cancels",
    file: KEEPER,
    find: "if (!isDone && !isGone(reason)) await protocol.cancel(upload.session, { signal });",
    replace:
      "if (!isDone && !isGone(reason)) await Promise.all([1, 2].map(() => protocol.cancel(upload.session, { signal })));",
  },
  {
    name: "a cancel that may take for ever",
    file: KEEPER,
    find: "const CLEAN_UP_TIME = 10_000;",
    replace: "const CLEAN_UP_TIME = 100_000;",
  },
  {
    name: "a complete whose answer was lost counts as none",
    file: KEEPER,
    find: "return await askForStatus(protocol, session, { error, signal });",
    replace: 'return { completed: "no", error };',
  },
  {
    name: "already completed counts as not completed",
    file: KEEPER,
    find: 'if (error.kind === "already_completed") return { completed: "yes" };',
    replace: 'if (error.kind === "already_completed") return { completed: "no", error };',
  },
  {
    name: "a session that could not be written down stays open",
    file: KEEPER,
    find: "if (!cleanUp.signal.aborted) await cancel(session);",
    replace: "",
  },
  {
    name: "the key of a checkpoint is never given back",
    file: CHECKPOINT,
    find: "await Promise.all([lastWork, taken?.release(lastWork)]);",
    replace: "await lastWork;",
  },
  {
    name: "an older checkpoint is written over a newer one",
    file: CHECKPOINT,
    find: "const written = line.then(() => ask(",
    replace: "const written = Promise.resolve().then(() => ask(",
  },
  {
    name: "a part is written down before it was acknowledged",
    file: SENDER,
    find: "    try {\n      await protocol.sendPart(session, part, options);\n    } catch",
    replace:
      "    try {\n      await checkpoint?.acked(part, uploadCost);\n      await protocol.sendPart(session, part, options);\n    } catch",
  },
  {
    name: "complete without a look at what is missing",
    file: SENDER,
    find: "await pool.idle();\n      const parts = allParts(acked, file.size);",
    replace: "const parts = Array.from({ length: Math.ceil(file.size / upload!.session.partSize) }, (_, seq) => seq);",
  },
  {
    name: "a changed source is not noticed",
    file: SENDER,
    find: "const changed = md5 !== undefined && md5 !== part.md5;",
    replace: "const changed = false;",
  },
  {
    name: "acknowledged parts are sent again",
    file: SENDER,
    find: "const md5 = known.get(part.seq);",
    replace: "const md5 = undefined as string | undefined;",
  },
  {
    name: "one part too many in flight",
    file: "src/stream/part_pool.ts",
    find: "inFlight.size >= limit",
    replace: "inFlight.size > limit",
  },
  {
    name: "a timestamp is kept across attempts",
    file: TRANSPORT,
    find: "const timestamp = Math.floor(platformTime(app) / 1000);",
    replace: "const timestamp = (call as { time?: number }).time ??= Math.floor(platformTime(app) / 1000);",
  },
  {
    name: "a wrong clock is not corrected",
    file: TRANSPORT,
    find: "app.clockOffset = serverTime - runtime.now();",
    replace: "",
  },
  {
    name: "the daily limit is not heeded",
    file: TRANSPORT,
    find: "throw judgeUsedUp(call, dailyLimit.error);",
    replace: "return;",
  },
  {
    name: "Retry-After is not heeded by other calls",
    file: TRANSPORT,
    find: "if (error.retryable && wait !== undefined) app.pacer.hold(wait);",
    replace: "",
  },
  {
    name: "a connection that breaks is final",
    file: "src/api/next_step.ts",
    find: "if (retries >= Math.min(retry.limit, retryLimit)) return FAIL;",
    replace: "if (retries >= 0) return FAIL;",
  },
  {
    name: "a dead token is final",
    file: "src/api/next_step.ts",
    find: "return hasToken ? once : FAIL;",
    replace: "return FAIL;",
  },
  {
    name: "an abort cuts no request",
    file: ATTEMPT,
    find: "http.send(url, { method, signal: linked.signal, ...init })",
    replace: "http.send(url, { method, signal: new AbortController().signal, ...init })",
  },
  {
    name: "an attempt may take for ever",
    file: ATTEMPT,
    find: "if (granted >= time) return onOver(",
    replace: "if (granted >= time) return void (",
  },
  {
    name: "a timer of each call is left",
    file: "src/api/call.ts",
    find: "limit.close();",
    replace: "",
  },
  {
    name: "a listener on the caller's signal is left",
    file: "src/upload/ending.ts",
    find: 'signal?.removeEventListener("abort", onAbort);',
    replace: "",
  },
  {
    name: "an address shows in errors",
    file: TRANSPORT,
    find: "call.lastError = failure.error;",
    replace: "call.lastError = Object.assign(failure.error, { address: attempt.url });",
  },
  {
    name: "a token shows in events",
    file: TRANSPORT,
    find: "const event: RequestEvent = { endpoint: endpoint.path,",
    replace: "const event: RequestEvent = { endpoint: `${endpoint.path}?${credentials.partnerKey}`,",
  },
  {
    name: "processes refresh at the same time",
    file: TOKEN,
    find: "const renewed = await workAlone({ store, key, task: TASK }, () => renew(stale), async () => {",
    replace:
      "const renewed = await renew(stale) ?? await workAlone({ store, key, task: TASK }, () => renew(stale), async () => {",
  },
  {
    name: "a pair is used before it is stored",
    file: TOKEN,
    find: "await withStore(TASK, () => store.set(key, toStored(pair)));\n    unstored = undefined;",
    replace: "void withStore(TASK, () => store.set(key, toStored(pair))).catch(() => {});\n    unstored = undefined;",
  },
  {
    name: "any status is a success",
    file: RESULT,
    find: 'if (status === "SUCCEEDED" && videoInfo !== undefined) {',
    replace: "if (status !== undefined) {",
  },
  {
    name: "a video that is not known yet is a failure",
    file: RESULT,
    find: 'const isUnknown = isShopeeApiError(error) && error.kind === "unknown_id";',
    replace: "const isUnknown = false;",
  },
  {
    name: "a source that stalls is waited for for ever",
    file: "src/upload/source/source_watch.ts",
    find: "else stalled.abort(noBytes(timeout));",
    replace: "",
  },
  {
    name: "progress counts a part twice",
    file: "src/upload/progress.ts",
    find: "progress.resumed += part.bytes.length;",
    replace: "progress.resumed += part.bytes.length;\n      progress.acked += part.bytes.length;",
  },
  {
    name: "found: a call that waited for its token goes out in a pause",
    file: TRANSPORT,
    find: "while (app.pacer.isHeld && !call.isUrgent);",
    replace: "while (false);",
  },
  {
    name: "found: a first refresh token that has served is tried again",
    file: TOKEN,
    find: " || firstIsSpent) throw error;",
    replace: ") throw error;",
  },
  {
    name: "found: progress after the end",
    file: SENDER,
    find: "    if (signal.aborted) return;\n    settle(",
    replace: "    settle(",
  },
  {
    name: "found: a session that expired counts as completed",
    file: KEEPER,
    find: "return await askUntilKnown(protocol, session, { error, signal });",
    replace: 'return { completed: "yes" };',
  },
  {
    name: "found: a key is taken after the end",
    file: KEEPER,
    find: "stop.throwIfAborted();",
    replace: "",
  },
  {
    name: "found: a complete that never went out keeps its session open",
    file: KEEPER,
    find: "const onDoubt = (may: boolean) => void (mayBeCompleted = wasCompleted || may);",
    replace: "const onDoubt = () => void wasCompleted;",
  },
  {
    name: "found: a session is cancelled after the end",
    file: KEEPER,
    find: "if (!cleanUp.signal.aborted) await cancel(session);",
    replace: "await cancel(session);",
  },
];
