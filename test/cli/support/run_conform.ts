import { main } from "../../../src/cli/main.ts";
import type { Outcome } from "../../../src/cli/conform/conform.ts";
import { type FakeIo, fakeIo } from "./fake_io.ts";
import { jsonLines } from "./json_lines.ts";

/** A run of `shopee-media conform --json` in this process. */
export interface ConformRun {
  exitCode: number;
  outcomes: Outcome[];
  stdout: string;
  stderr: string;
}

/** Runs it with these variables. */
export async function runConform(
  env: Record<string, string>,
  argv: string[] = [],
  io: FakeIo = fakeIo(),
): Promise<ConformRun> {
  Object.assign(io.env, env);
  const exitCode = await main(["conform", "--json", ...argv], io);
  const stdout = io.printed("stdout");
  return { exitCode, stdout, stderr: io.printed("stderr"), outcomes: jsonLines(stdout) as unknown as Outcome[] };
}

/** What it found, a line for each difference, by what was asked. */
export function differencesOf({ outcomes }: Pick<ConformRun, "outcomes">): Record<string, string[]> {
  return Object.fromEntries(
    outcomes.filter(({ verdict }) => verdict === "differs").map(({ call, probe, differences }) => [
      `${call} ${probe}`,
      differences.map(({ what, path, during, emulator, shopee }) => {
        const subject = [what, path, during && `while ${during}`].filter(Boolean).join(" ");
        return `${subject}: ${emulator} | ${shopee}`;
      }),
    ]),
  );
}
