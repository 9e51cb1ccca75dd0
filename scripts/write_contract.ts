/**
 * Writes the tables of `docs/contract.md` that follow from the code: `node scripts/write_contract.ts [--check]`. All that
 * stands outside of their marks is written by hand.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { contractTables } from "./contract_tables.ts";
import { readText, repositoryRoot, writeGenerated } from "./repository.ts";

const PATH = "docs/contract.md";

let text = readText(PATH);
for (const [name, table] of Object.entries(await contractTables())) {
  const place = new RegExp(`(?<=<!-- ${name} -->\n)[^]*?(?=<!-- /${name} -->)`);
  if (!place.test(text)) throw new Error(`${PATH} has no place for ${name}`);
  text = text.replace(place, () => `\n${table}\n\n`);
}
writeGenerated(PATH, format(text));

/** As `npm run check` wants it. */
function format(markdown: string): string {
  const deno = join(repositoryRoot, "node_modules", ".bin", "deno");
  const options = { cwd: repositoryRoot, input: markdown, encoding: "utf8" } as const;
  return execFileSync(deno, ["fmt", "--ext", "md", "-"], options);
}
