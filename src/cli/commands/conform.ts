import { type Command, Option } from "commander";
import type { CommandContext } from "../command_context.ts";
import type { RunConformOptions } from "../conform/run_conform.ts";
import { envOption } from "../options.ts";
import { ENVIRONMENT_HELP, readCredentials, resolveCredentials } from "../target.ts";

const HELP = `
Shopee is asked once for each probe, and what it answers is compared with what the emulator says to the same: code,
message, HTTP status, fields, units of time. Ids, times, links and the like are neither printed nor recorded. Every
upload that is opened is cancelled again. The sandbox has no module media: that can only be asked live.

It ends with
  0  nothing differs
  1  something differs
  3  nothing differs, but something could not be judged: no permission, no answer, no calls left for today`;

/** Adds `conform` to the program. */
export function addConformCommand(program: Command, context: CommandContext): void {
  program.command("conform")
    .description("Ask Shopee's sandbox, well and badly, whether it answers as the emulator does.")
    .addOption(new Option("--module <name>", "ask about one module only").choices(["media_space", "media"]))
    .addOption(
      new Option("--dialect <name>", "which of the emulator's dialects is compared with")
        .choices(["samples", "reference"]).default("samples"),
    )
    .option("--complete", "upload a small video and two pictures to each module, too: they stay there")
    .option("--live", "ask the live platform, with all that is done there")
    .option("--record <path>", "write what was answered into a file for the emulator to play, without anything secret")
    .addOption(envOption())
    .option("--json", "print one JSON object for each probe on stdout, everything else on stderr")
    .addHelpText("after", `${HELP}\n${ENVIRONMENT_HELP}`)
    .action(async (options: Omit<RunConformOptions, "context" | "client"> & { env?: string }) => {
      const { env } = context.io;
      const credentials = await readCredentials(env, { env: options.env, forShop: true, canEmulate: false });
      const client = await resolveCredentials(credentials, { environment: env });
      const { runConform } = await import("../conform/run_conform.ts"); // Heavy, and rarely wanted.
      context.exitCode = await runConform({ ...options, context, client });
    });
}
