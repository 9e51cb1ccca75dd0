/** A room of the house. Paths are files, or folders with a slash at their end. */
export interface Room {
  /** What it is for, in one sentence. */
  readonly what: string;
  /** Paths of the repository that its files may import. */
  readonly from: readonly string[];
  /** Paths of the repository from which `import type` alone is allowed. */
  readonly typesFrom?: readonly string[];
  /** npm packages. */
  readonly packages?: readonly string[];
  /** Paths that only `import()` may name, so that they load on first use. */
  readonly lazyFrom?: readonly string[];
  /** Whether `node:` modules are allowed. Without them a room works in a browser. */
  readonly node?: boolean;
}

/** What every room stands on, without what knows of Shopee. */
const groundFloorButPlatform = [
  "src/errors.ts",
  "src/error_guards.ts",
  "src/bytes.ts",
  "src/runtime.ts",
  "src/options.ts",
  "src/async/",
];

/** What every room stands on. */
export const groundFloor: readonly string[] = [...groundFloorButPlatform, "src/platform/"];

/**
 * The rooms of the house, and who may enter which: check_imports.ts enforces it, and write_architecture.ts writes it down.
 * A file belongs to the room with the longest matching path; its own room is always open to it.
 */
export const rooms: Readonly<Record<string, Room>> = {
  // The core: what mod.ts can reach runs in a browser, with one small dependency.
  "mod.ts": {
    what: "The public face: it re-exports what users import, and has no code of its own.",
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
  "src/errors.ts": { what: "Every error that the package throws.", from: [] },
  "src/error_guards.ts": { what: "A guard for each error.", from: ["src/errors.ts"] },
  "src/bytes.ts": { what: "Bytes in whatever form the user has them.", from: ["src/errors.ts"] },
  "src/runtime.ts": {
    what: "All in which the runtimes differ, and the clock, timers, chance and HMAC, which a test can replace.",
    from: [],
  },
  "src/options.ts": {
    what: "Checks of the options that users give, and of the runtime.",
    from: ["src/errors.ts", "src/runtime.ts"],
  },
  "src/async/": {
    what: "Waiting: sleep, a race with a signal, linked signals, work that is bounded in number.",
    from: ["src/errors.ts", "src/runtime.ts"],
  },
  "src/store/": {
    what: "Key-value stores, for what must outlive the process.",
    from: ["src/errors.ts"],
  },
  "src/platform/": {
    what: "Facts of Shopee without I/O: limits, endpoints, error codes, the types on the wire.",
    from: ["src/errors.ts"],
  },

  "src/stream/": {
    what:
      "Bytes and parts: cutting, MD5, the pool that sends side by side, each with its public stream; knows nothing of Shopee.",
    from: groundFloorButPlatform,
    lazyFrom: ["src/stream/md5/hash_wasm.generated.ts"],
  },
  "src/stream/md5/hash_wasm.generated.ts": { what: "The MD5 module of `hash-wasm`, as text.", from: [] },
  "src/api/": {
    what: "The wire: `MediaManager`, the transport, signing, judging an answer, the next step, tokens, bodies.",
    from: [...groundFloor, "src/store/"],
    packages: ["ky"],
  },
  "src/preflight/": {
    what: "What Shopee would refuse, found in a file before a byte of it is sent.",
    from: groundFloor,
  },
  "src/upload/": {
    what: "A whole upload: source, intake, part sender, session, ending; and pictures.",
    from: [...groundFloor, "src/store/", "src/api/", "src/stream/", "src/preflight/"],
  },

  // Entries of their own.
  "src/push/": { what: "Pushes from Shopee: verified, read, handed to who waits for them.", from: groundFloor },
  "src/polyfill.ts": {
    what: "Web streams for runtimes that lack them.",
    from: [],
    packages: ["web-streams-polyfill"],
  },
  "src/node/": {
    what: "Files and folders of Node, Deno and Bun: a video from a path, a store in a folder.",
    from: [...groundFloor, "src/store/", "src/upload/"],
    node: true,
  },

  // The local Shopee shares no signing, no limits and no rules with the client, so that each can catch the other's mistakes.
  // What is in a file both are told by the same readers: ffprobe and sharp catch theirs.
  "src/emulator/": {
    what: "A local Shopee: the same contract served by code of its own, with verdicts and faults on demand.",
    from: [
      "src/errors.ts",
      "src/runtime.ts",
      "src/options.ts",
      "src/async/",
      ...["src/preflight/inspect_video.ts", "src/preflight/parse_jpeg.ts", "src/preflight/parse_png.ts"],
      ...["src/preflight/readable_file.ts", "src/preflight/sniff_image_format.ts"],
    ],
    typesFrom: ["src/platform/types/"],
    packages: ["@hono/node-server", "@remix-run/multipart-parser", "hono"],
    node: true,
  },

  // What sits on top of it all.
  "src/cli/": {
    what: "The command `shopee-media`: one file a subcommand, and what they print.",
    from: [
      "mod.ts",
      ...groundFloor,
      ...["src/store/", "src/api/", "src/upload/", "src/preflight/", "src/node/", "src/emulator/"],
    ],
    packages: ["cli-progress", "commander"],
    node: true,
  },
};

/** The room that a file lies in. */
export function roomOf(file: string): string | undefined {
  return Object.keys(rooms)
    .filter((path) => isWithin(file, [path]))
    .sort((a, b) => b.length - a.length)[0];
}

/** Whether a file is one of these paths, or lies in one of them. */
export function isWithin(file: string, paths: readonly string[]): boolean {
  return paths.some((path) => path.endsWith("/") ? file.startsWith(path) : file === path);
}
