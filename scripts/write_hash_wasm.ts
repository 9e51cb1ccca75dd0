/**
 * Writes `src/stream/md5/hash_wasm.generated.ts`: `node scripts/write_hash_wasm.ts [--check]`. It takes the MD5 module out
 * of the installed `hash-wasm`: a bundler that puts a page into one file would take all of its forty digests along.
 */
import { manifest, readText, writeGenerated } from "./repository.ts";

const version = manifest.devDependencies["hash-wasm"];
const built = readText("node_modules/hash-wasm/dist/md5.umd.min.js");
const base64 = /name:"md5",data:"([^"]+)"/.exec(built)?.[1];
if (base64 === undefined) throw new Error(`hash-wasm ${version} does not hold its MD5 module where it used to`);
const module = Buffer.from(base64, "base64");
const licence = readText("node_modules/hash-wasm/LICENSE").trim().replaceAll(/^ ?/gm, "// ").replaceAll(/ +$/gm, "");

writeGenerated(
  "src/stream/md5/hash_wasm.generated.ts",
  `// Written by scripts/write_hash_wasm.ts. Do not edit: change the version in package.json and run it again.
//
${licence}
/*! MD5 of hash-wasm ${version} (https://github.com/Daninet/hash-wasm), (c) Dani Biró, MIT License */

/** Its WebAssembly module of ${module.length} bytes, in hex, which gzip makes smaller than base64. */
export const HASH_WASM_HEX: string =
  "${module.toString("hex")}";
`,
);
