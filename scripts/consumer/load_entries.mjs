// Loads every entry of the installed package both ways, and compares what they export. See check_package.ts.
import assert from "node:assert/strict";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const entries = Object.keys(require("shopee-media/package.json").exports).filter((name) => !name.endsWith(".json"));
for (const entry of entries) {
  const name = entry.replace(/^\./, "shopee-media");
  const imported = Object.keys(await import(name));
  const required = Object.keys(require(name));
  assert.deepEqual(required.sort(), imported.sort(), `${name} exports something else with require`);
}
console.log(entries.join(" "));
