/**
 * Assembles the WebAssembly kernel: RFC 1321's 64 steps unrolled, once for one digest and once for two. Its 7088 bytes
 * are made here in a millisecond, since a page would have to load three times as many as this file adds to it.
 *
 * What makes it fast, as measured on a Sapphire Rapids Xeon (MiB/s of input, warm, over and over 4 MiB; Node 24 /
 * Bun 1.4):
 *
 * - **Two chains in one loop.** Each MD5 step needs the result of the step before, so one chain leaves most of the
 *   processor idle; the steps of a second one run in its shadow. `fused` reaches 549 / 506 over two digests where
 *   `single` reaches 604 / 567 over one. A step of one chain follows the same step of the other: the nearer they are,
 *   the less a processor has to look ahead to overlap them (whole blocks in turn: 541 on this one, which looks far).
 * - **Each chain has its own pointer.** The two may then read the same bytes at different distances from a block
 *   boundary, so a part that starts anywhere in the file takes the one pass, too. Sharing `word + constant` between the
 *   chains would take fewer instructions, but it takes a register more: 543 / 505. It also makes JavaScriptCore keep
 *   message words from one round to the next and spill them (478), unless a dummy store between the rounds forbids it.
 *   With a load for each chain there is nothing to share, and the store is not needed: 549 / 505 without, 549 / 506 with.
 * - **Round 2 as a disjoint sum.** In `(d & b) | (~d & c)` no bit is set on both sides, so `+` can stand for `|`; then
 *   only `d & b` and one addition wait for the step before. `single` 604 / 567, against 573 / 567 with `|` and
 *   545 / 542 with the usual `c ^ (d & (b ^ c))`. The same in round 1 saves nothing, for there `b` selects: 572 / 545.
 * - **Nothing in between.** An optimiser such as Binaryen's reorders the steps and undoes the interleaving.
 *
 * @module
 */
import { CONSTANTS, type Kernel, MEMORY_PAGES, ROTATIONS, WORDS } from "./kernel.ts";

/** WebAssembly, each character a byte: an engine joins texts faster than lists, and this is run but once. */
type Code = string;

/** The instructions without a figure of their own, by the names that they have in WebAssembly's text. */
const LOOP = "\x03\x40";
const IF = "\x04\x40";
const END = "\x0b";
const BR_IF = "\x0d\0";
const RETURN = "\x0f";
const EQZ = "\x45";
const ADD = "\x6a";
const SUB = "\x6b";
const AND = "\x71";
const OR = "\x72";
const XOR = "\x73";
const ROTL = "\x77";
const I32 = "\x7f";

/** What the assembled module exports. */
interface KernelExports extends Pick<Kernel, "single" | "fused"> {
  memory: WebAssembly.Memory;
}

/**
 * Assembles and compiles the WebAssembly kernel. Asynchronously, since a browser's main thread may not do otherwise with
 * more than a few KiB.
 *
 * @returns The kernel, not yet proven.
 * @throws {WebAssembly.CompileError} Where the platform or a content security policy forbids to generate code.
 * @throws {ReferenceError} Where there is no WebAssembly.
 */
export async function loadWasmKernel(): Promise<Kernel> {
  const { instance } = await WebAssembly.instantiate(assembleKernel());
  const { memory, single, fused } = instance.exports as unknown as KernelExports;
  return { memory: new Uint8Array(memory.buffer), single, fused };
}

/** The whole module. It exports `memory`, `single` and `fused`. */
export function assembleKernel(): Uint8Array<ArrayBuffer> {
  const type = (parameters: number): Code => `\x60${list(Array(parameters).fill(I32))}\0`;
  const exported = (name: string, kindAndIndex: Code): Code => sized(name) + kindAndIndex;
  const code = [
    "\0asm\x01\0\0\0",
    section(1, [type(3), type(5)]),
    section(3, ["\0", "\x01"]),
    section(5, [bytes(1, MEMORY_PAGES, MEMORY_PAGES)]),
    section(7, [exported("memory", "\x02\0"), exported("single", "\0\0"), exported("fused", "\0\x01")]),
    section(10, [compressFunction([0]), compressFunction([0, 1])]),
  ].join("");
  const module = new Uint8Array(code.length);
  for (let index = 0; index < code.length; index++) module[index] = code.charCodeAt(index);
  return module;
}

/** `(state of each chain…, data of each chain…, blocks)`, which leaves the new states where the old ones were. */
function compressFunction(chains: readonly number[]): Code {
  const stateOf = (chain: number): number => chain;
  const dataOf = (chain: number): number => chains.length + chain;
  const blocks = 2 * chains.length;
  const wordOf = (chain: number, index: number): number => blocks + 1 + 4 * chain + index % 4;

  const eachChain = (write: (chain: number) => Code): Code => chains.map(write).join("");
  const eachWord = (write: (word: number, state: number, offset: number) => Code): Code =>
    eachChain((chain) => [0, 1, 2, 3].map((index) => write(wordOf(chain, index), stateOf(chain), 4 * index)).join(""));

  /** One step of one chain: a = b + rotl(a + f(b, c, d) + word + constant), then every word takes the next one's role. */
  function stepOf(chain: number, step: number): Code {
    const [a, b, c, d] = [64, 65, 66, 67].map((role) => wordOf(chain, role - step)) as [number, number, number, number];
    const round = step >> 4;
    const sum = get(a) + load(dataOf(chain), 4 * WORDS[step]!) + constant(CONSTANTS[step]!) + ADD + ADD +
      addRoundFunction(round, get(b), get(c), get(d));
    return sum + constant(ROTATIONS[4 * round + step % 4]!) + ROTL + get(b) + ADD + set(a);
  }

  let steps = "";
  for (let step = 0; step < 64; step++) steps += eachChain((chain) => stepOf(chain, step));

  return sized([
    bytes(1, 4 * chains.length) + I32,
    get(blocks) + EQZ + IF + RETURN + END,
    eachWord((word, state, offset) => load(state, offset) + set(word)),
    LOOP,
    steps,
    eachWord((word, state, offset) => get(state) + get(word) + load(state, offset) + ADD + tee(word) + store(offset)),
    eachChain((chain) => get(dataOf(chain)) + constant(64) + ADD + set(dataOf(chain))),
    get(blocks) + constant(1) + SUB + tee(blocks) + BR_IF + END,
    END,
  ].join(""));
}

/** Adds to the sum so far the round's function of b, c and d, so that as little as possible waits for b, the newest. */
function addRoundFunction(round: number, b: Code, c: Code, d: Code): Code {
  const notD = d + constant(-1) + XOR;
  if (round === 0) return c + d + XOR + b + AND + d + XOR + ADD;
  if (round === 1) return notD + c + AND + ADD + d + b + AND + ADD;
  if (round === 2) return c + d + XOR + b + XOR + ADD;
  return notD + b + OR + c + XOR + ADD;
}

const bytes: (...values: number[]) => Code = String.fromCharCode;
const get = (local: number): Code => bytes(0x20, local);
const set = (local: number): Code => bytes(0x21, local);
const tee = (local: number): Code => bytes(0x22, local);
// The 2 says that an address is a multiple of 2².
const load = (pointer: number, offset: number): Code => get(pointer) + bytes(0x28, 2, offset);
const store = (offset: number): Code => bytes(0x36, 2, offset);
const constant = (value: number): Code => "\x41" + leb128(value, 0x40);

/** A number of any length: seven bits a byte, the lowest first. Where it may be negative, the last one has a sign. */
function leb128(value: number, signBit = 0): Code {
  const bits = value & 0x7f;
  const rest = value >> 7;
  return rest === (bits & signBit ? -1 : 0) ? bytes(bits) : bytes(bits | 0x80) + leb128(rest, signBit);
}

const sized = (code: Code): Code => leb128(code.length) + code;
const list = (items: readonly Code[]): Code => bytes(items.length) + items.join("");
const section = (id: number, items: readonly Code[]): Code => bytes(id) + sized(list(items));
