import type { Command } from "commander";
import type { CommandContext } from "../command_context.ts";
import { serveEmulator, type ServeEmulatorOptions } from "../emulator/serve_emulator.ts";
import { parseHttpUrl } from "../parse_http_url.ts";
import { parseWholeNumber } from "../options.ts";

const FAULT_HELP = `
A fault is ENDPOINT[#CALLS]:KIND[=VALUE][,NAME=VALUE...], such as
  upload_video_part#2:reset-after                     the answer for the second part is lost
  media/complete_video_upload#1+2:error=error_server  Shopee answers an error, twice
  *#10%:status=503,retryAfter=1                       about every tenth call is turned away
CALLS are numbers (2, 2+5), every third (/3) or a share (10%); without them every call is meant. Kinds:
  reset-before                 the connection is reset before anything is done
  reset-after, cut             it is reset when all is done: before the answer, or amid it
  stall-before[=MS]            nothing happens for so long, else until the client gives up
  stall-after, stall-middle    the same, before the answer or amid it
  slow=BYTES_PER_SECOND        the answer trickles
  truncated, html, empty       the answer is half of its JSON, a gateway's page, or nothing
  status=HTTP_STATUS           the answer is a line of text with this status
  error=CODE                   the answer is this error of Shopee's; message=TEXT goes with it
  rate-limit=LIMIT             more requests at a time than this are refused
  clock=SECONDS                Shopee's clock is so far ahead
  expired-token                the access token expires
  image-error=NUMBER           one picture of a batch fails; error=CODE goes with it
  drop, duplicate, delay=MS    of the endpoint push: it is lost, sent twice, or late
They can be changed while it serves, with GET, POST and DELETE on /emulator/faults.`;

const MOST_MS = 2 ** 31 - 1;

/** Adds `emulator` to the program. */
export function addEmulatorCommand(program: Command, context: CommandContext): void {
  program.command("emulator")
    .description("Serve a local Shopee until interrupted, and print how to reach it.")
    .option("--port <number>", "port to listen on, 0 for any free one", parseWholeNumber(0, 65_535), 0)
    .option("--host <name>", "name or address to listen on", "127.0.0.1")
    .option("--part-size <bytes>", "part size that media asks for (default: 10485760)", parseWholeNumber(1, 2 ** 30))
    .option("--transcode-ms <ms>", "how long a video is transcoded (default: 300)", parseWholeNumber(0, MOST_MS))
    .option("--clock-offset <seconds>", "how far its clock is ahead (default: 0)", parseWholeNumber(-1e9, 1e9))
    .option("--token-lifetime <seconds>", "how long an access token lives (default: 14400)", parseWholeNumber(1, 1e9))
    .option("--fault <spec>", "something to go wrong, as told below; may be repeated", collect)
    .option("--latency <ms>", "how far away it is (default: 0)", parseWholeNumber(0, MOST_MS))
    .option("--bandwidth <bytes>", "bytes a second that reach it (default: unlimited)", parseWholeNumber(1, 2 ** 40))
    .option("--part-delay <ms>", "how long it is busy with each part (default: 0)", parseWholeNumber(0, MOST_MS))
    .option("--push-url <url>", "where pushes go when a video has ended (default: nowhere)", parseHttpUrl)
    .option("--directory <path>", "where uploads are kept (default: a temporary folder, removed at the end)")
    .option("--json", "print its URL and credentials as one JSON object")
    .addHelpText("after", FAULT_HELP)
    .action(async (options: Omit<ServeEmulatorOptions, "context">) => {
      await serveEmulator({ ...options, context });
    });
}

function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}
