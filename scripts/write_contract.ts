/**
 * Writes the tables of `docs/contract.md` that follow from the code: `node scripts/write_contract.ts`. A test tells when
 * that has to be done again.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { contractTables } from "./contract_tables.ts";
import { repositoryRoot } from "./repository.ts";

const path = join(repositoryRoot, "docs", "contract.md");
let text = await readFile(path, "utf8");
for (const [name, table] of Object.entries(await contractTables())) {
  const place = new RegExp(`(<!-- ${name} -->\n)[^]*?(\n<!-- end -->)`);
  text = text.replace(place, (_, start: string, end: string) => `${start}\n${table}\n${end}`);
}
await writeFile(path, text);
spawnSync(join(repositoryRoot, "node_modules", ".bin", "deno"), ["fmt", "--quiet", path], { stdio: "inherit" });
