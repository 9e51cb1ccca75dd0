import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { main } from "../../src/cli/main.ts";
import { fakeIo } from "./support/fake_io.ts";

async function print(argv: string[]): Promise<string> {
  const io = fakeIo();
  expect(await main(argv, io)).toBe(0);
  return io.printed("stdout");
}

/** The commands and their long options, as the help has them. */
async function readHelp(): Promise<Map<string, string[]>> {
  const commands = [...(await print(["--help"])).matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name!);
  const own = commands.filter((name) => name !== "help");
  return new Map(
    await Promise.all(own.map(async (name): Promise<[string, string[]]> => {
      const help = await print([name, "--help"]);
      return [name, [...help.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, option]) => option!)];
    })),
  );
}

test.each(["bash", "zsh", "fish"])("the script for %s knows every command and every option of it", async (shell) => {
  const script = await print(["completion", shell]);

  const commands = await readHelp();
  expect(commands.size).toBeGreaterThan(6);
  for (const [name, options] of commands) {
    expect(script).toContain(name);
    for (const option of options) expect(script).toContain(shell === "fish" ? `-l ${option.slice(2)}` : option);
  }
});

/** Lets bash complete a line, of which the last word is the one under the cursor. */
async function completeInBash(words: string[]): Promise<string[]> {
  const script = await print(["completion", "bash"]);
  const ask = 'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _shopee_media; printf "%s\\n" "${COMPREPLY[@]}"';
  const { stdout, stderr, status } = spawnSync("bash", ["-c", `${script}\n${ask}`, "bash", "shopee-media", ...words], {
    encoding: "utf8",
  });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  return stdout.split("\n").filter((line) => line !== "");
}

const hasBash = existsSync("/bin/bash") || existsSync("/usr/bin/bash");

test.runIf(hasBash).each([
  [["up"], ["upload"]],
  [["can"], ["cancel"]],
  [["--v"], ["--version"]],
  [["upload", "--conc"], ["--concurrency"]],
  [["upload", "shoes.mp4", "--no"], ["--no-preflight"]],
  [["upload", "--module", ""], ["media_space", "media"]],
  [["upload", "--module", "=", "media_"], ["media_space"]],
  [["upload", "--module", "="], ["media_space", "media"]],
  [["image", "--scene", "d"], ["desc"]],
  [["au"], ["auth"]],
  [["auth", "--link", ""], ["page", "signed"]],
  [["emulator", "--dialect", "r"], ["reference"]],
  [["completion", ""], ["bash", "zsh", "fish"]],
  [["help", "st"], ["status"]],
  // Nobody can know these.
  [["upload", "--duration", ""], []],
  [["status", ""], []],
  // These are paths, which bash itself completes.
  [["upload", ""], []],
  [["upload", "--checkpoints", ""], []],
])("bash completes %j", async (words, completions) => {
  expect((await completeInBash(words)).toSorted()).toEqual(completions.toSorted());
});

test.runIf(hasBash)("bash asks the script for the command, and completes paths where it has none", async () => {
  const script = await print(["completion", "bash"]);

  const { stdout } = spawnSync("bash", ["-c", `${script}\ncomplete -p shopee-media`], { encoding: "utf8" });

  expect(stdout).toBe("complete -o default -F _shopee_media shopee-media\n");
});
