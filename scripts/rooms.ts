/** What a room's files may import. Paths are files, or folders with a slash at their end. */
export interface Room {
  /** Paths of the repository. */
  readonly from: readonly string[];
  /** Paths of the repository from which `import type` alone is allowed. */
  readonly typesFrom?: readonly string[];
  /** npm packages. */
  readonly packages?: readonly string[];
  /** npm packages that only `import()` and `import type` may name, so that they load on first use. */
  readonly lazyPackages?: readonly string[];
  /** Whether `node:` modules are allowed. Without them a room works in a browser. */
  readonly node?: boolean;
}

/** Knows nothing of Shopee. */
const groundFloorButPlatform = [
  "src/errors.ts",
  "src/error_guards.ts",
  "src/bytes.ts",
  "src/runtime.ts",
  "src/options.ts",
  "src/async/",
];
const groundFloor = [...groundFloorButPlatform, "src/platform/"];

/**
 * The rooms of the house, and who may enter which: section 4 of the design, as data that check_imports.ts enforces.
 * A file belongs to the room with the longest matching path; its own room is always open to it.
 */
export const rooms: Readonly<Record<string, Room>> = {
  // The core: what mod.ts can reach runs in a browser, with two small dependencies.
  "mod.ts": {
    from: [
      "src/errors.ts",
      "src/error_guards.ts",
      "src/bytes.ts",
      "src/store/",
      "src/platform/",
      "src/api/",
      "src/stream/",
      "src/upload/",
    ],
    typesFrom: ["src/preflight/"],
  },
  // The ground floor: what every room stands on.
  "src/errors.ts": { from: [] },
  "src/error_guards.ts": { from: ["src/errors.ts"] },
  "src/bytes.ts": { from: ["src/errors.ts"] },
  "src/runtime.ts": { from: [] },
  "src/options.ts": { from: ["src/errors.ts"] },
  "src/async/": { from: ["src/errors.ts", "src/runtime.ts"] },
  "src/store/": { from: ["src/errors.ts"] },
  "src/platform/": { from: ["src/errors.ts"] },

  "src/api/": { from: [...groundFloor, "src/store/"], packages: ["ky"] },
  "src/stream/": { from: groundFloorButPlatform, packages: ["hash-wasm"] },
  "src/upload/": { from: [...groundFloor, "src/store/", "src/api/", "src/stream/", "src/preflight/"] },
  "src/preflight/": { from: groundFloor, lazyPackages: ["mediabunny"] },

  // Entries of their own.
  "src/push/": { from: groundFloor },
  "src/polyfill.ts": { from: [], packages: ["web-streams-polyfill"] },
  "src/node/": { from: [...groundFloor, "src/store/", "src/upload/"], node: true },

  // The local Shopee shares no signing and no parsing with the client, so that each can catch the other's mistakes.
  "src/emulator/": {
    from: ["src/errors.ts", "src/runtime.ts", "src/async/", "src/stream/md5/", "src/stream/md5_stream.ts"],
    typesFrom: ["src/platform/types/"],
    packages: ["@hono/node-server", "@remix-run/multipart-parser", "hono", "mediabunny"],
    node: true,
  },

  // What sits on top of it all.
  "src/queue/": {
    from: ["mod.ts", ...groundFloor, "src/store/", "src/api/", "src/upload/", "src/preflight/", "src/node/"],
    packages: ["bullmq"],
    node: true,
  },
  "src/cli/": {
    from: [
      "mod.ts",
      ...groundFloor,
      ...["src/store/", "src/api/", "src/upload/", "src/preflight/", "src/node/", "src/emulator/"],
    ],
    packages: ["cli-progress", "commander"],
    node: true,
  },
};
