import { existsSync } from "node:fs";
import sparticuz from "@sparticuz/chromium";

/**
 * Where a headless Chromium is: the system's, or the one that `npm run setup` has brought, which is unpacked on first use.
 *
 * @returns The path of the program.
 */
export async function findChromium(): Promise<string> {
  const places = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/google-chrome"];
  return places.find((path) => path !== undefined && existsSync(path)) ?? await sparticuz.executablePath();
}
