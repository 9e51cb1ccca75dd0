import fc from "fast-check";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { checkVideoFile } from "../../src/preflight/mod.ts";
import { readAsset } from "../support/files.ts";
import { runs } from "../support/full.ts";

const SEED = 20261122;
const NAMES = [
  "edge_10s.mp4",
  "moov_front.mp4",
  "fragmented.mp4",
  "rotated.mp4",
  "audio_only.mp4",
  "ok.mov",
  "ok.webm",
];
const INDEX_TYPES = ["moov", "moof", "\x1aE\xdf\xa3"];

const TABLES = ["stts", "ctts", "stsc", "stsz", "stco", "elst", "tkhd", "mdhd", "hdlr", "stsd", "trun", "tfhd", "trex"];

const files = new Map<string, Uint8Array<ArrayBuffer>>();

beforeAll(async () => {
  for (const name of NAMES) files.set(name, await readAsset(`video/${name}`));
  // The parser complains of codecs that it does not know.
  vi.spyOn(console, "warn").mockReturnValue();
});

/** Any answer will do, as long as it is one: a sound description, or one broken rule that says what is wrong. */
async function expectAnswer(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const { info, broken } = await checkVideoFile(new Blob([bytes]), "media_space");
  if (info === null) {
    expect(broken.map((rule) => rule.rule)).toEqual([bytes.byteLength === 0 ? "not_empty" : "readable"]);
    expect(broken[0]!.message).toMatch(/^Cannot upload the video: [ -~]*[^.]$/);
    return;
  }
  const { duration, width, height, size } = info;
  expect(size).toBe(bytes.byteLength);
  if (duration !== null) expect(duration).toBeGreaterThanOrEqual(0);
  expect(duration === null || Number.isFinite(duration)).toBe(true);
  for (const side of [width, height]) expect(side === null || (Number.isInteger(side) && side > 0)).toBe(true);
}

describe("a real file with bytes changed gets a clear answer", () => {
  test("anywhere in its index: 3 000 cases", { timeout: 60_000 }, async () => {
    const change = fc.record({ at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), value: fc.nat(255) });
    const changes = fc.array(change, { minLength: 1, maxLength: 8 });
    const damage = fc.asyncProperty(fc.constantFrom(...NAMES), changes, async (name, changed) => {
      const bytes = files.get(name)!.slice();
      const { start, end } = indexRange(bytes);
      for (const { at, value } of changed) bytes[start + Math.floor(at * (end - start))] = value;
      await expectAnswer(bytes);
    });
    await fc.assert(damage, { seed: SEED, numRuns: runs(3_000) });
  });

  test("a field of one of its tables at its extremes: 3 000 cases", { timeout: 60_000 }, async () => {
    const table = fc.constantFrom(...TABLES);
    const place = fc.integer({ min: -1, max: 12 });
    const value = fc.constantFrom(0, 1, 7, 8, 1_000_000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff);
    const changes = fc.array(fc.record({ table, place, value }), { minLength: 1, maxLength: 3 });
    const damage = fc.asyncProperty(fc.constantFrom(...NAMES), changes, async (name, changed) => {
      const bytes = files.get(name)!.slice();
      const view = new DataView(bytes.buffer);
      for (const { table, place, value } of changed) {
        const at = indexOf(bytes, table);
        if (at > 4) view.setUint32(at + 4 * place, value);
      }
      await expectAnswer(bytes);
    });
    await fc.assert(damage, { seed: SEED, numRuns: runs(3_000) });
  });
});

describe("a real file that is cut off", () => {
  test("anywhere gets a clear answer: 1 000 cases", { timeout: 60_000 }, async () => {
    const length = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const cut = fc.asyncProperty(fc.constantFrom(...NAMES), length, async (name, share) => {
      const bytes = files.get(name)!;
      await expectAnswer(bytes.slice(0, Math.floor(share * bytes.byteLength)));
    });
    await fc.assert(cut, { seed: SEED, numRuns: runs(1_000) });
  });

  test.each(["edge_10s.mp4", "moov_front.mp4", "ok.mov"])("is found anywhere: %s", async (name) => {
    const bytes = files.get(name)!;
    const step = Math.ceil(bytes.byteLength / 500);
    for (let length = bytes.byteLength - 1; length > 0; length -= step) {
      const { broken } = await checkVideoFile(new Blob([bytes.subarray(0, length)]), "media_space");
      expect(broken.map((rule) => rule.rule), `${length} bytes`).toEqual(["readable"]);
    }
  });

  test("is found unless the cut is between two fragments, where a shorter video ends", async () => {
    const bytes = files.get("fragmented.mp4")!;
    const fragments = [...new TextDecoder("latin1").decode(bytes).matchAll(/moof/g)].map((match) => match.index - 4);
    const durations: (number | null)[] = [];
    for (const end of fragments.slice(1)) {
      const { info } = await checkVideoFile(new Blob([bytes.subarray(0, end)]), "media_space");
      durations.push(info!.duration);
      const inside = await checkVideoFile(new Blob([bytes.subarray(0, end - 1)]), "media_space");
      expect(inside.broken.map((rule) => rule.rule)).toEqual(["readable"]);
    }
    expect(durations).toEqual(durations.toSorted((a, b) => a! - b!));
    expect(durations[0]).toBeLessThan(12);
  });
});

function indexOf(bytes: Uint8Array, type: string): number {
  return new TextDecoder("latin1").decode(bytes).indexOf(type);
}

/** Where the interesting bytes of a file are. */
function indexRange(bytes: Uint8Array): { start: number; end: number } {
  const found = INDEX_TYPES.map((type) => indexOf(bytes, type)).filter((at) => at >= 0);
  const start = Math.max(0, Math.min(...found) - 4);
  return { start, end: Math.min(bytes.byteLength, start + 4_000) };
}
