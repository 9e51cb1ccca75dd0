/**
 * Writes `deno.json`: `node scripts/write_deno_json.ts [--check]`. What both package managers have to be told is taken from
 * `package.json`; what Deno alone is told stands here.
 */
import { manifest, writeGenerated } from "./repository.ts";

const { name, version, license, exports } = manifest;
const notOurs = ["npm", "node_modules"];

const denoJson = {
  // On JSR each name has a scope.
  name: `@shopee-media/${name}`,
  version,
  license,
  exports,
  imports: { "@deno/dnt": "jsr:@deno/dnt@^0.43.2" },
  nodeModulesDir: "manual",
  lock: false,
  compilerOptions: { lib: ["deno.ns", "esnext", "dom", "dom.iterable", "dom.asynciterable"] },
  fmt: {
    lineWidth: 120,
    exclude: [...notOurs, "CHANGELOG.md", "docs/performance.md", "docs/plots", "bench/results.json"],
  },
  lint: { exclude: notOurs },
  publish: {
    include: ["mod.ts", "src", "README.md", "LICENSE", "CHANGELOG.md", "deno.json", "package.json"],
  },
};

writeGenerated("deno.json", `${JSON.stringify(denoJson, null, 2)}\n`);
