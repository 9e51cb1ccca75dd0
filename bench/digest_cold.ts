/**
 * `bench/digest_cold.ts CONTENDER`: computes the whole file's and the parts' digests of 30 MiB once, in this fresh
 * process, and prints the milliseconds it took, with compiling and self-tests, without loading of modules.
 *
 * @module
 */
import process from "node:process";
import { DIGEST_CONTENDERS, type DigestContenderName, videoParts } from "./digest_contenders.ts";

const contender = DIGEST_CONTENDERS[process.argv[2] as DigestContenderName];
const parts = videoParts();

const start = performance.now();
const hashParts = await contender.wholeAndParts();
hashParts(parts);
console.log(performance.now() - start);
