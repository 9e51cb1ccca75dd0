import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { documents, npmPackageJson } from "./npm_metadata.ts";
import { repositoryRoot } from "./repository_root.ts";

/** Adds to a finished build what is not code: the published `package.json`, README, LICENSE and CHANGELOG. */
export function finishNpm(): void {
  const folder = join(repositoryRoot, "npm");
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(npmPackageJson, null, 2)}\n`);
  for (const name of documents) copyFileSync(join(repositoryRoot, name), join(folder, name));
}
