import { fileURLToPath } from "node:url";

/** Absolute path of the repository that this script lies in, without a slash at its end. */
export const repositoryRoot: string = fileURLToPath(new URL("..", import.meta.url)).replace(/[/\\]$/, "");
