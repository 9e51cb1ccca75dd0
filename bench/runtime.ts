import process from "node:process";

const { bun, deno, node } = process.versions;

/** Which runtime this is. Bun and Deno pretend to be Node as well, so they are asked for first. */
export const RUNTIME: { name: "node" | "deno" | "bun"; version: string } = bun !== undefined
  ? { name: "bun", version: bun }
  : deno !== undefined
  ? { name: "deno", version: deno }
  : { name: "node", version: node };
