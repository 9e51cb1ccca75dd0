// Written by scripts/write_version.ts. Do not edit: change package.json and run it again.

/** The version of the package that this command belongs to. */
export const VERSION = "0.1.0";
