/**
 * Writes `src/cli/version.generated.ts`: `node scripts/write_version.ts [--check]`. The command cannot read `package.json`
 * where it was bundled, or lies in another folder.
 */
import { manifest, writeGenerated } from "./repository.ts";

writeGenerated(
  "src/cli/version.generated.ts",
  `// Written by scripts/write_version.ts. Do not edit: change package.json and run it again.

/** The version of the package that this command belongs to. */
export const VERSION = "${manifest.version}";
`,
);
