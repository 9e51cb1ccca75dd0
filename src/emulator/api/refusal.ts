import { type Reason, REFUSALS, type Wording } from "./refusals.ts";

/**
 * How the emulator puts what it says:
 *
 * - `samples`: as the platform's own error samples, and clients that talk to it, show its answers;
 * - `reference`: as the tables of its reference list them.
 */
export type Dialect = "samples" | "reference";

/** Thrown anywhere on the way of a request; {@linkcode describeRefusal} says what is answered. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly reason: Reason;
  /** What stands in the place of `{name}` in its texts. */
  readonly details: Readonly<Record<string, string | number>>;

  constructor(reason: Reason, details: Record<string, string | number> = {}) {
    super(reason);
    this.reason = reason;
    this.details = details;
  }
}

/** What an error is answered with. */
export interface ErrorAnswer extends Pick<Wording, "code" | "message" | "envelope"> {
  /** HTTP status. */
  readonly status: number;
  /** Headers besides the usual ones. */
  readonly headers?: Record<string, string> | undefined;
}

/** Who says it, and where. */
export interface Voice {
  readonly dialect: Dialect;
  /** Name of the call, such as `media_space/upload_image`; `""` for none that there is. */
  readonly endpoint: string;
}

/** Puts a refusal into the platform's words. */
export function describeRefusal({ reason, details }: Refusal, voice: Voice): ErrorAnswer {
  const { code, message, envelope } = wordingFor(reason, voice);
  const { status } = REFUSALS[reason];
  const headers = reason === "wrongMethod" ? { Allow: String(details.want) } : undefined;
  return { code, message: fillIn(message, details), envelope, status, headers };
}

/** How a reason is put. */
export function wordingFor(reason: Reason, { dialect, endpoint }: Voice): Wording {
  const row = REFUSALS[reason];
  if (dialect === "reference") return row.reference;
  const shown = Object.entries(row.samples ?? {}).find(([where]) => endpoint.startsWith(where))?.[1];
  if (shown !== undefined) return shown;
  if (row.by === "gateway" || !endpoint.startsWith("media_space/")) return row.reference;
  return { ...row.reference, code: `product.${row.reference.code}`, source: "guess" };
}

/** Says what is wrong, for the emulator's owner. */
export function hintOf({ reason, details }: Refusal): string {
  return fillIn(REFUSALS[reason].hint, details);
}

function fillIn(text: string, details: Refusal["details"]): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (!Object.hasOwn(details, name)) throw new TypeError(`The text ${JSON.stringify(text)} needs ${name}`);
    return String(details[name]);
  });
}
