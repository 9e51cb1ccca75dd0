// In a file of its own, and loaded on first use: a bundler then takes the MD5 out of `hash-wasm`, and leaves the rest.
export { createMD5 } from "hash-wasm";
