import { readFields } from "../../api/response_shapes.ts";
import type { Reading, Skeleton } from "./reading.ts";

/** Where the platform answers otherwise than the emulator. */
export interface Difference {
  /**
   * What differs: the HTTP status, the form of the body, the code, the message, whether a header or a field is there at all,
   * what kind of value a field has (a time in s or in ms, say), or its value where that is one of few.
   */
  what: "HTTP status" | "body" | "code" | "message" | "header" | "field" | "kind" | "value";
  /** Which header or field. */
  path?: string;
  /** In which state of the video, where that is not the last one; `unknown`: its id is not known yet. */
  during?: string;
  /** In the emulator's answer; `null`: there is none. */
  emulator: string | number | null;
  /** In Shopee's answer; `null`: there is none. */
  shopee: string | number | null;
}

/** Tells where an answer differs from the emulator's. Which ids, times, links and texts stand in it does not matter. */
export function compareReadings(shopee: Reading, emulator: Reading): Difference[] {
  const differences: Difference[] = [];
  const compare = (what: Difference["what"], of: (reading: Reading) => string | number | null, path?: string) => {
    const values = { emulator: of(emulator), shopee: of(shopee) };
    if (values.emulator !== values.shopee) differences.push({ what, ...(path && { path }), ...values });
  };
  compare("HTTP status", ({ status }) => status);
  compare("header", ({ hasDate }) => hasDate ? "there" : null, "Date");
  compare("body", ({ form }) => form);
  if (shopee.body === undefined || emulator.body === undefined) return differences;
  compare("code", ({ body }) => textOf(body, "error"));
  compare("message", ({ body }) => textOf(body, "message") ?? textOf(body, "msg"));
  return [...differences, ...compareFields(fieldsOf(shopee.body), fieldsOf(emulator.body))];
}

/** A text of the envelope as it stands: `-` is another than none. */
function textOf(body: Skeleton | undefined, name: string): string | null {
  const value = readFields(body)[name];
  return value === undefined || value === null ? null : String(value);
}

/** What is known of all values that stand at one path. */
interface Field {
  kind: string;
  /** The values, where they are compared. */
  value?: string;
}

/** What is compared in words of its own: not twice. */
const ENVELOPE: ReadonlySet<string> = new Set(["error", "message", "msg"]);

function compareFields(shopee: Map<string, Field>, emulator: Map<string, Field>): Difference[] {
  const differences: Difference[] = [];
  for (const path of new Set([...emulator.keys(), ...shopee.keys()])) {
    const ours = emulator.get(path);
    const theirs = shopee.get(path);
    // Of what is not there nothing else is told.
    if (isBelow(path, differences)) continue;
    if (ours?.kind !== theirs?.kind) {
      const what = ours === undefined || theirs === undefined ? "field" : "kind";
      differences.push({ what, path, emulator: ours?.kind ?? null, shopee: theirs?.kind ?? null });
    } else if (ours?.value !== theirs?.value && !ENVELOPE.has(path)) {
      differences.push({ what: "value", path, emulator: ours?.value ?? null, shopee: theirs?.value ?? null });
    }
  }
  return differences;
}

function isBelow(path: string, differences: Difference[]): boolean {
  return differences.some(({ path: above }) => path.startsWith(`${above}.`) || path.startsWith(`${above}[`));
}

const COMPARED = /(^|\.)(error|message|warning|status|reason|part_size)$/;

/** All fields, by paths such as `response.video_url_list[].video_url`. */
function fieldsOf(body: Skeleton): Map<string, Field> {
  const found = new Map<string, { kinds: Set<string>; values: Skeleton[] }>();
  const walk = (value: Skeleton, path: string): void => {
    const field = found.get(path) ?? { kinds: new Set(), values: [] };
    found.set(path, field);
    field.kinds.add(kindOf(value));
    field.values.push(value);
    if (Array.isArray(value)) value.forEach((entry) => walk(entry, `${path}[]`));
    else if (typeof value === "object" && value !== null) {
      for (const [name, entry] of Object.entries(value)) walk(entry, path === "" ? name : `${path}.${name}`);
    }
  };
  walk(body, "");
  return new Map([...found].map(([path, { kinds, values }]) => {
    const kind = [...kinds].sort().join(" or ");
    return [path, COMPARED.test(path) ? { kind, value: values.join(", ") } : { kind }];
  }));
}

const KINDS: Record<string, string> = {
  "{time}": "time in s",
  "{time_ms}": "time in ms",
  "{number}": "number",
  "{url}": "link",
};

function kindOf(value: Skeleton): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  return KINDS[`${value}`] ?? (typeof value === "string" ? "text" : typeof value);
}
