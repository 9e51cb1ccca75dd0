/**
 * The two tables of `docs/contract.md` that are not written by hand: they follow from what the client reads, what the
 * emulator says, and what `shopee-media conform` asks.
 *
 * @module
 */
import { SCRIPTS } from "../src/cli/conform/probes.ts";
import { rehearse } from "../src/cli/conform/rehearse.ts";
import { REFUSALS, type Wording } from "../src/emulator/api/refusals.ts";
import type { Dialect } from "../src/emulator/mod.ts";
import { bareCode, READINGS, type Readings, remedyFor } from "../src/platform/error_codes.ts";

/** The tables, by the names of the places where they stand. */
export interface ContractTables {
  /** Error codes that the client reads. */
  readonly codes: string;
  /** Refusals of the emulator. */
  readonly refusals: string;
}

/** What was answered to a probe in one dialect of the emulator. */
interface Told {
  /** Such as `media_space/init_video_upload wrong-sign`. */
  readonly probe: string;
  readonly code: string;
  readonly kind: string | undefined;
  readonly refusal: string | undefined;
}

/** Where the readings of the error codes are known from. A reading that is not in here is a fault. */
const SOURCES: Readonly<Record<string, string>> = {
  "error_busy transient": "reference",
  "error_system_busy transient": "reference; that it passes: client",
  "error_server transient": "reference",
  "error_network transient": "reference",
  "error_unknown unknown_id": "sample",
  "error_unknown transient": "sample; that it passes: guess",
  "error_busi transient": "sample; that it passes: client",
  "error_tier_img_partial internal": "reference; that it passes, and is tried twice: client",
  "error_tier_img_old_app internal": "reference; that it passes, and is tried twice: client",
  "error_rate_limit rate_limit": "reference",
  "error_limit daily_limit": "reference",
  "error_param unknown_id": "sample",
  "error_param clock": "reference",
  "error_param signing_mode": "reference",
  "error_param access": "reference",
  "error_auth transient": "reference",
  "error_auth token": "reference",
  "error_auth authorization": "reference",
  "error_auth access": "sample; that nothing else helps: guess",
  "invalid_acceess_token token": "reference",
  "invalid_access_token token": "guess, should the spelling be put right",
  "error_invalid_upload_id unknown_id": "reference",
  "error_already_completed already_completed": "reference",
  "error_invalid_part_seq part_order": "reference; that parts in flight may be why: guess",
  "error_sign access": "reference",
  "invalid_partner_id access": "reference",
  "error_partner_key_expired access": "reference",
  "error_api_permission access": "reference",
  "error_api_call_restricted access": "reference",
  "api_suspended access": "reference",
  "source_ip_undeclared access": "reference",
  "shop_banned access": "reference",
  "error_kyc_auth access": "reference",
  "partner_shop_no_link access": "reference",
  "error_shop_refresh_token authorization": "reference",
  "refresh_token_expired authorization": "reference",
  "shop_access_expired authorization": "reference",
  "shop_no_linked authorization": "reference",
  "invalid_code authorization": "reference",
  "error_data refused": "reference",
  "error_file_size refused": "reference",
  "error_invalid_part_size refused": "reference",
};

/** Puts the tables together, with what the emulator answers to all probes. */
export async function contractTables(): Promise<ContractTables> {
  const told = [...await rehearseAll("samples"), ...await rehearseAll("reference")];
  return { codes: codesTable(told), refusals: refusalsTable(told) };
}

async function rehearseAll(dialect: Dialect): Promise<Told[]> {
  return (await rehearse(SCRIPTS, dialect)).flatMap(({ script, rehearsed }) =>
    rehearsed.map(({ reading: { code = "", kind }, refusal }, index) => {
      const { call, name } = script.probes[index]!;
      return { probe: `${call} ${name}`, code, kind, refusal: refusal?.reason };
    })
  );
}

/** What is known, and of which nothing more is read. */
const FINAL: Readings = [["refused", /^/]];

function codesTable(told: readonly Told[]): string {
  const rows = [...READINGS].flatMap(([code, readings]) =>
    (readings.length === 0 ? FINAL : readings).map(([kind, text]) => {
      const source = SOURCES[`${code} ${kind}`];
      if (source === undefined) throw new Error(`SOURCES does not tell where ${code} as ${kind} is known from`);
      const probes = told.filter((one) => bareCode(one.code) === code && one.kind === kind);
      return [
        `\`${code}\``,
        text.source === "^" ? "" : `\`${text.source}\``,
        kind,
        remedyFor(kind),
        source,
        list(probes),
      ];
    })
  );
  return table(["code", "where the text has", "kind", "what is done", "known from", "asked by"], rows);
}

function refusalsTable(told: readonly Told[]): string {
  const rows = Object.entries(REFUSALS).map(([reason, { hint, by, status, reference, samples = {} }]) => [
    `\`${reason}\``,
    `${hint} (${by}, HTTP ${status})`,
    put(reference),
    Object.entries(samples).map(([where, wording]) => `${where === "" ? "" : `\`${where}\`: `}${put(wording)}`).join(
      "<br>",
    ),
    list(told.filter(({ refusal }) => refusal === reason)),
  ]);
  return table(["refusal", "what is wrong", "in the reference", "otherwise in the samples", "asked by"], rows);
}

function put({ code, message, source, envelope }: Wording): string {
  return `\`${code}\` ${message} _(${source}${envelope === undefined ? "" : `, envelope ${envelope}`})_`;
}

/** The probes, by their calls. */
function list(told: readonly Told[]): string {
  const byCall = new Map<string, Set<string>>();
  for (const { probe } of told) {
    const [call, name] = probe.split(" ") as [string, string];
    byCall.set(call, (byCall.get(call) ?? new Set()).add(name));
  }
  return [...byCall].map(([call, names]) => `\`${call}\` ${[...names].join(", ")}`).join("<br>");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
