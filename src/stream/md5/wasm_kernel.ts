/**
 * Assembles the WebAssembly kernel: RFC 1321's 64 steps unrolled, once for one digest and once for two. Its 7088 bytes
 * are made here in a millisecond: a page would have to load twice as much for them as for this file.
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
import { type Kernel, MEMORY_PAGES } from "./kernel.ts";
import { CONSTANTS, ROTATIONS, WORDS } from "./plain_kernel.ts";

/** WebAssembly, byte by byte. */
type Code = number[];

// The instructions, by the names that they have in WebAssembly's text, less their `i32.`.
const LOOP = 0x03;
const IF = 0x04;
const END = 0x0b;
const BR_IF = 0x0d;
const RETURN = 0x0f;
const GET = 0x20;
const SET = 0x21;
const TEE = 0x22;
const LOAD = 0x28;
const STORE = 0x36;
const CONST = 0x41;
const EQZ = 0x45;
const ADD = 0x6a;
const SUB = 0x6b;
const AND = 0x71;
const OR = 0x72;
const XOR = 0x73;
const ROTL = 0x77;

/** A block without a result. */
const VOID = 0x40;
const I32 = 0x7f;
/** An address is a multiple of 2². */
const ALIGNED = 2;
const MINUS_ONE = 0x7f;

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
  const type = (parameters: number): Code => [0x60, parameters, ...Array(parameters).fill(I32), 0];
  const exported = (name: string, kind: number, index: number): Code[] => [...sized([textOf(name)]), [kind, index]];
  const pieces = [
    [0, ...textOf("asm"), 1, 0, 0, 0],
    ...section(1, [[2], type(3), type(5)]),
    ...section(3, [[2, 0, 1]]),
    ...section(5, [[1, 1, MEMORY_PAGES, MEMORY_PAGES]]),
    ...section(7, [[3], ...exported("memory", 2, 0), ...exported("single", 0, 0), ...exported("fused", 0, 1)]),
    ...section(10, [[2], ...sized([compressFunction(1)]), ...sized([compressFunction(2)])]),
  ];
  return new Uint8Array(pieces[0]!.concat(...pieces.slice(1)));
}

/**
 * `(state of each chain…, data of each chain…, blocks)`, which leaves the new states where the old ones were. It grows by
 * `push`, and all pieces are joined once: what is run but once has to be quick before an engine has optimised it, and to
 * spread thousands of bytes into a list, or to copy them again and again, takes longer than all the rest.
 */
function compressFunction(chains: number): Code {
  const blocks = 2 * chains;
  const firstWord = blocks + 1;
  const code = [1, 4 * chains, I32];

  code.push(GET, blocks, EQZ, IF, VOID, RETURN, END);
  for (let word = 0; word < 4 * chains; word++) {
    code.push(GET, word >> 2, LOAD, ALIGNED, 4 * (word % 4), SET, firstWord + word);
  }
  code.push(LOOP, VOID);
  for (let step = 0; step < 64; step++) {
    for (let chain = 0; chain < chains; chain++) pushStep(code, step, chains + chain, firstWord + 4 * chain);
  }
  for (let word = 0; word < 4 * chains; word++) {
    const [state, offset, local] = [word >> 2, 4 * (word % 4), firstWord + word];
    code.push(GET, state, GET, local, GET, state, LOAD, ALIGNED, offset, ADD, TEE, local, STORE, ALIGNED, offset);
  }
  for (let data = chains; data < blocks; data++) {
    code.push(GET, data, CONST);
    pushLeb128(code, 64, SIGNED);
    code.push(ADD, SET, data);
  }
  code.push(GET, blocks, CONST, 1, SUB, TEE, blocks, BR_IF, 0, END, END);
  return code;
}

/**
 * One step of one chain: a = b + rotl(a + f(b, c, d) + word + constant), and then every word takes the next one's role. The
 * round's function f is arranged so that as little as possible waits for b, the newest.
 */
function pushStep(code: number[], step: number, data: number, firstWord: number): void {
  const round = step >> 4;
  const a = firstWord + (64 - step) % 4;
  const b = firstWord + (65 - step) % 4;
  const c = firstWord + (66 - step) % 4;
  const d = firstWord + (67 - step) % 4;

  code.push(GET, a, GET, data, LOAD, ALIGNED, 4 * WORDS[step]!, CONST);
  pushLeb128(code, CONSTANTS[step]!, SIGNED);
  code.push(ADD, ADD);
  if (round === 0) code.push(GET, c, GET, d, XOR, GET, b, AND, GET, d, XOR, ADD);
  if (round === 1) code.push(GET, d, CONST, MINUS_ONE, XOR, GET, c, AND, ADD, GET, d, GET, b, AND, ADD);
  if (round === 2) code.push(GET, c, GET, d, XOR, GET, b, XOR, ADD);
  if (round === 3) code.push(GET, d, CONST, MINUS_ONE, XOR, GET, b, OR, GET, c, XOR, ADD);
  code.push(CONST, ROTATIONS[4 * round + step % 4]!, ROTL, GET, b, ADD, SET, a);
}

/** What the last byte of a number that may be negative has as its sign. */
const SIGNED = 0x40;

/** A number of any length: seven bits a byte, the lowest first. */
function pushLeb128(code: number[], value: number, signBit: number): void {
  let rest = value;
  while (true) {
    const bits = rest & 0x7f;
    rest >>= 7;
    if (rest === (bits & signBit ? -1 : 0)) return void code.push(bits);
    code.push(bits | 0x80);
  }
}

/** Puts their size before some pieces. */
function sized(pieces: readonly Code[]): Code[] {
  const size: number[] = [];
  pushLeb128(size, pieces.reduce((sum, { length }) => sum + length, 0), 0);
  return [size, ...pieces];
}

const section = (id: number, pieces: readonly Code[]): Code[] => [[id], ...sized(pieces)];
const textOf = (text: string): number[] => Array.from(text, (character) => character.charCodeAt(0));
