/**
 * Assembles the MD5 kernel into `src/stream/md5/kernel.generated.ts`: `node scripts/generate_md5_kernel.ts [--check]`.
 *
 * It is written as WebAssembly text: RFC 1321's 64 steps unrolled, once for one digest and once for two.
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
 * - **No optimiser after the assembler.** Binaryen's reorders the steps and undoes the interleaving.
 *
 * @module
 */
import wabt from "wabt";
import { MEMORY_PAGES } from "../src/stream/md5/kernel.ts";
import { writeGenerated } from "./repository.ts";

const ROTATIONS: readonly (readonly number[])[] = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
];

/** One digest in the making: the names of its four state words, of where they are kept, and of its next block. */
interface Chain {
  words: string[];
  state: string;
  data: string;
}

const local = (name: string): string => `(local.get ${name})`;
const constant = (value: number): string => `(i32.const ${value | 0})`;
const load = (pointer: string, offset: number): string => `(i32.load offset=${offset} ${local(pointer)})`;
const add = (x: string, y: string): string => `(i32.add ${x} ${y})`;
const and = (x: string, y: string): string => `(i32.and ${x} ${y})`;
const or = (x: string, y: string): string => `(i32.or ${x} ${y})`;
const xor = (x: string, y: string): string => `(i32.xor ${x} ${y})`;
const not = (x: string): string => xor(x, constant(-1));
const rotateLeft = (x: string, bits: number): string => `(i32.rotl ${x} ${constant(bits)})`;

const { parseWat } = await wabt();
const assembled = parseWat("md5_kernel.wat", md5KernelWat(MEMORY_PAGES));
assembled.validate();
const { buffer } = assembled.toBinary({});
assembled.destroy();
writeGenerated(
  "src/stream/md5/kernel.generated.ts",
  `// Written by scripts/generate_md5_kernel.ts. Do not edit: change the script and run it again.

/** The MD5 kernel, a WebAssembly module of ${buffer.length} bytes, in base64. */
export const KERNEL_BASE64: string =
  "${Buffer.from(buffer).toString("base64")}";
`,
);

/** The whole module, with a memory of so many pages of 64 KiB. It exports `memory`, `single` and `fused`. */
function md5KernelWat(pages: number): string {
  return `(module
(memory (export "memory") ${pages} ${pages})
${compressFunction("single", [chainOf("")])}
${compressFunction("fused", [chainOf("1"), chainOf("2")])}
)`;
}

/** Which of the block's 16 words a step adds. */
function messageWord(step: number): number {
  const round = step >> 4;
  return [step, 5 * step + 1, 3 * step + 5, 7 * step][round]! % 16;
}

/** The constant that a step adds: RFC 1321's table T. */
function sineConstant(step: number): number {
  return Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32);
}

/** `sum` plus the round's function of b, c and d, arranged so that as little as possible waits for b, the newest. */
function addRoundFunction(round: number, sum: string, [b, c, d]: [string, string, string]): string {
  if (round === 0) return add(sum, xor(and(xor(c, d), b), d));
  if (round === 1) return add(add(sum, and(not(d), c)), and(d, b));
  if (round === 2) return add(sum, xor(xor(c, d), b));
  return add(sum, xor(or(not(d), b), c));
}

/** One step of one chain: a = b + rotl(a + f(b, c, d) + word + constant), and then every word takes the next one's role. */
function stepOf(chain: Chain, step: number): string {
  const roles = [0, 1, 2, 3].map((role) => chain.words[(role - step + 64) % 4]!);
  const [a, b, c, d] = roles.map(local) as [string, string, string, string];
  const round = step >> 4;
  const sum = add(a, add(load(chain.data, 4 * messageWord(step)), constant(sineConstant(step))));
  const rotated = rotateLeft(addRoundFunction(round, sum, [b, c, d]), ROTATIONS[round]![step % 4]!);
  return `(local.set ${roles[0]} ${add(rotated, b)})`;
}

/** `exportName(state of each chain…, data of each chain…, blocks)`, which leaves the new states where the old ones were. */
function compressFunction(exportName: string, chains: Chain[]): string {
  const eachWord = (write: (word: string, chain: Chain, offset: number) => string): string[] =>
    chains.flatMap((chain) => chain.words.map((word, index) => write(word, chain, 4 * index)));

  const parameters = [...chains.map((chain) => chain.state), ...chains.map((chain) => chain.data), "$blocks"];
  const loadStates = eachWord((word, chain, offset) => `(local.set ${word} ${load(chain.state, offset)})`);
  const steps = Array.from({ length: 64 }, (_, step) => chains.map((chain) => stepOf(chain, step))).flat();
  const addToStates = eachWord((word, chain, offset) =>
    `(i32.store offset=${offset} ${local(chain.state)} (local.tee ${word} ${
      add(local(word), load(chain.state, offset))
    }))`
  );
  const advance = chains.map((chain) => `(local.set ${chain.data} ${add(local(chain.data), constant(64))})`);

  return `
(func (export "${exportName}")
  ${parameters.map((name) => `(param ${name} i32)`).join(" ")}
  ${chains.flatMap((chain) => chain.words).map((name) => `(local ${name} i32)`).join(" ")}
  (if (i32.eqz ${local("$blocks")}) (then (return)))
  ${loadStates.join("\n  ")}
  (loop $block
    ${[...steps, ...addToStates, ...advance].join("\n    ")}
    (br_if $block (local.tee $blocks (i32.sub ${local("$blocks")} ${constant(1)})))))`;
}

function chainOf(suffix: string): Chain {
  return {
    words: ["a", "b", "c", "d"].map((word) => `$${word}${suffix}`),
    state: `$state${suffix}`,
    data: `$data${suffix}`,
  };
}
