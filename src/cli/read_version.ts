import { readFileSync } from "node:fs";

/** Two folders up in the repository, three in the built package, where the second holds a `package.json` without version. */
const PLACES = ["../../package.json", "../../../package.json"];

/**
 * The version of the package that this command belongs to.
 *
 * @returns Such as `1.2.3`; `unknown` where the command was torn out of its package.
 */
export function readVersion(): string {
  for (const place of PLACES) {
    const { name, version } = readManifest(new URL(place, import.meta.url));
    if (name === "shopee-media" && version !== undefined) return version;
  }
  return "unknown";
}

function readManifest(url: URL): { name?: string; version?: string } {
  try {
    return JSON.parse(readFileSync(url, "utf8"));
  } catch {
    return {};
  }
}
