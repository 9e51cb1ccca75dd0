import { once } from "node:events";
import type { Command } from "commander";
import type { CommandContext } from "../command_context.ts";
import { parseWholeNumber } from "../parse_whole_number.ts";
import { writeJsonLine } from "../write_json_line.ts";

interface EmulatorCommandOptions {
  port: number;
  host: string;
  partSize?: number;
  transcodeMs?: number;
  clockOffset?: number;
  directory?: string;
  json?: boolean;
}

/** Adds `emulator` to the program. */
export function addEmulatorCommand(program: Command, context: CommandContext): void {
  program.command("emulator")
    .description("Serve a local Shopee until interrupted, and print how to reach it.")
    .option("--port <number>", "port to listen on, 0 for any free one", parseWholeNumber(0, 65_535), 0)
    .option("--host <name>", "name or address to listen on", "127.0.0.1")
    .option("--part-size <bytes>", "part size that media asks for (default: 10485760)", parseWholeNumber(1, 2 ** 30))
    .option("--transcode-ms <ms>", "how long a video is transcoded (default: 300)", parseWholeNumber(0, 2 ** 31 - 1))
    .option("--clock-offset <seconds>", "how far its clock is ahead (default: 0)", parseWholeNumber(-1e9, 1e9))
    .option("--directory <path>", "where uploads are kept (default: a temporary folder, removed at the end)")
    .option("--json", "print its URL and credentials as one JSON object")
    .action(async (options: EmulatorCommandOptions) => {
      await serveEmulator(options, context);
    });
}

async function serveEmulator(options: EmulatorCommandOptions, { io, signal }: CommandContext): Promise<void> {
  const { json, partSize: mediaPartSize, ...rest } = options;
  const { startEmulator } = await import("../../emulator/mod.ts"); // Heavy, and rarely wanted.
  const emulator = await startEmulator({ ...rest, mediaPartSize });
  const { partnerId, partnerKey, shopId, accessToken } = emulator.credentials;
  try {
    if (json) {
      writeJsonLine(io, { url: emulator.url, partnerId, partnerKey, shopId, accessToken });
    } else {
      io.stderr.write(`A local Shopee listens on ${emulator.url} until you press Ctrl-C. To upload to it, set:\n\n`);
      io.stdout.write(
        `export SHOPEE_BASE_URL=${emulator.url}\n` +
          `export SHOPEE_PARTNER_ID=${partnerId}\n` +
          `export SHOPEE_PARTNER_KEY=${partnerKey}\n` +
          `export SHOPEE_SHOP_ID=${shopId}\n` +
          `export SHOPEE_ACCESS_TOKEN=${accessToken}\n`,
      );
    }
    if (!signal.aborted) await once(signal, "abort");
  } finally {
    await emulator.close();
  }
}
