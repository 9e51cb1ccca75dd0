import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { type Command, Option } from "commander";
import { InvalidInputError } from "../../../mod.ts";
import { type CommandContext, writeJsonLine } from "../command_context.ts";
import { explainSystemError } from "../format.ts";
import { envOption, traceOption } from "../options.ts";
import { ENVIRONMENT_HELP, openTarget } from "../target.ts";

interface CallOptions {
  /** Path of a JSON file, or `-`. */
  body?: string;
  query?: string[];
  auth: "public" | "shop";
  env?: string;
  trace?: string;
}

const CALL_HELP = `
What Shopee answers is printed as one JSON object. A POST is sent again only when
the answer proves that nothing was done, so that no item is made twice. To give an
uploaded video to a new item:
  shopee-media call POST /api/v2/product/add_item --body item.json
where item.json has, among the item's own fields, "video_upload_id": ["ID"].
Shopee takes a video some 15 s after it is ready. When it says "get video
dispatcher info fail", the item may be there all the same: look for it with
  shopee-media call GET /api/v2/product/search_item --query item_sku=SKU \\
    --query page_size=10
before another try.
`;

/** Adds `call METHOD PATH` to the program. */
export function addCallCommand(program: Command, context: CommandContext): void {
  program.command("call")
    .description("Make any other call of Shopee's, such as the one that gives a video to an item.")
    .argument("<method>", "GET or POST")
    .argument("<path>", "such as /api/v2/product/add_item")
    .option("--body <file>", "JSON file to send with a POST, or - for stdin")
    .option("--query <name=value>", "parameter in the query; may be repeated", collect)
    .addOption(new Option("--auth <type>", "whose call it is").choices(["shop", "public"]).default("shop"))
    .addOption(envOption())
    .addOption(traceOption())
    .addHelpText("after", CALL_HELP + ENVIRONMENT_HELP)
    .action(async (method: string, path: string, options: CallOptions) => {
      const { io, signal } = context;
      const { auth } = options;
      const body = options.body === undefined ? undefined : await readJson(options.body, context);
      const query = Object.fromEntries((options.query ?? []).map(splitPair));
      const { media } = await openTarget({ ...options, context, forShop: auth === "shop", canEmulate: false });
      const request = { method: method.toUpperCase() as "GET" | "POST", path, auth, query, body };
      writeJsonLine(io, await media.call(request, { signal }));
    });
}

function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}

function splitPair(pair: string): [name: string, value: string] {
  const at = pair.indexOf("=");
  if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)];
  throw new InvalidInputError(`--query must be NAME=VALUE, not ${JSON.stringify(pair)}`);
}

async function readJson(path: string, { io }: CommandContext): Promise<object> {
  const body: unknown = await readText(path, io).then(JSON.parse).catch((cause) => {
    const why = cause instanceof SyntaxError ? "it is no JSON" : explainSystemError(cause);
    throw new InvalidInputError(`Cannot read the body ${path}: ${why}`, { cause });
  });
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body;
  throw new InvalidInputError(`The body ${path} must be a JSON object`);
}

function readText(path: string, { stdin }: CommandContext["io"]): Promise<string> {
  return path === "-" ? text(stdin) : readFile(path, "utf8");
}
