import { readFileSync } from "node:fs";

/** Two folders up in the repository; three in the built package, where those two hold a `package.json` that names no version. */
const PLACES = ["../../package.json", "../../../package.json"];

/**
 * The version of the package that this command belongs to.
 *
 * @returns Such as `1.2.3`.
 */
export function readVersion(): string {
  for (const place of PLACES) {
    const { version } = JSON.parse(readFileSync(new URL(place, import.meta.url), "utf8"));
    if (typeof version === "string") return version;
  }
  return "unknown";
}
