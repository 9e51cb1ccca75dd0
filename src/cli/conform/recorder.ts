import { isDeepStrictEqual } from "node:util";
import type { Cassette, CassetteEntry, LoggedRefusal } from "../../emulator/mod.ts";
import { runtime } from "../../runtime.ts";
import type { Heard } from "./play_script.ts";
import type { Reading, Skeleton } from "./reading.ts";
import type { Rehearsed } from "./rehearse.ts";

/** Writes answers down for the emulator to play. */
export interface Recorder {
  /** Notes what was answered to a probe, under what the emulator makes of it. */
  add(heard: Heard, rehearsed: Rehearsed): void;
  /** All that was noted. */
  cassette(): Cassette;
}

/** Makes a recorder with nothing noted. */
export function createRecorder(): Recorder {
  const entries: CassetteEntry[] = [];

  function note(reading: Reading, { call, refusal, state }: Request): void {
    const { status, form, body, isForShop } = reading;
    const details = refusal?.details ?? {};
    const entry: CassetteEntry = {
      call,
      signer: isForShop ? "shop" : "app",
      refusal: refusal?.reason ?? null,
      details: tellingDetails(details),
      state: state ?? null,
      status,
      form,
      ...(body !== undefined && { body: nameDetails(body, details) }),
    };
    if (!entries.some((other) => isDeepStrictEqual(other, entry))) entries.push(entry);
  }

  return {
    add({ probe, reading, onTheWay }, { reading: own, refusal, states }) {
      const call = probe.path === undefined ? probe.call : "";
      note(reading, { call, refusal, state: own.state });
      for (const passing of onTheWay) {
        if (passing.code !== "") note(passing, { call, refusal: { reason: "lateUpload", details: {} } });
        else if (states.includes(passing.state ?? "")) note(passing, { call, state: passing.state });
      }
    },
    cassette: () => ({ version: 1, recordedAt: new Date(runtime.now()).toISOString(), entries }),
  };
}

/** What the emulator makes of a request. */
interface Request {
  call: string;
  /** Why it refuses it, if it does. */
  refusal?: Pick<LoggedRefusal, "reason" | "details">;
  /** Where the upload stands then, if it tells. */
  state?: string;
}

/** Those that tell one wrong request from another of the kind: no ids, and nothing of its contents. */
const TELLING: ReadonlySet<string> = new Set(["name", "want", "seq", "last", "size", "most", "count"]);

function tellingDetails(details: CassetteEntry["details"]): CassetteEntry["details"] {
  return Object.fromEntries(Object.entries(details).filter(([name]) => TELLING.has(name)));
}

/** Puts `{name}` in the place of each text that belongs to the request, so that another one gets its own. */
function nameDetails(body: Skeleton, details: CassetteEntry["details"]): Skeleton {
  const texts = ["name", "want", "given"].flatMap((name) => {
    const value = details[name];
    return typeof value === "string" && value.length > 2 ? [[name, value] as const] : [];
  });
  return mapTexts(body, (text) => texts.reduce((left, [name, value]) => left.replaceAll(value, `{${name}}`), text));
}

function mapTexts(body: Skeleton, change: (text: string) => string): Skeleton {
  if (typeof body === "string") return change(body);
  if (Array.isArray(body)) return body.map((entry) => mapTexts(entry, change));
  if (typeof body !== "object" || body === null) return body;
  return Object.fromEntries(Object.entries(body).map(([name, entry]) => [name, mapTexts(entry, change)]));
}
