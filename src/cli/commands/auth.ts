import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { type Command, Option } from "commander";
import { type Authorization, exchangeCode, getAuthorizationUrl, InvalidInputError } from "../../../mod.ts";
import { type CommandContext, printLines, writeJsonLine } from "../command_context.ts";
import { envOption, traceOption } from "../options.ts";
import { ENVIRONMENT_HELP, openTokenKeeper, type TokenKeeper } from "../target.ts";

const HELP = `
It prints the link to the page on which the seller authorises your app, and asks
for the address that the page leads back to: copy it from the browser, even where
nothing answers there. Its code serves once, for 10 minutes. What it is exchanged
for is kept for you alone in your state folder, where the other commands find and
renew it: for them, set SHOPEE_SHOP_ID and no token.

  shopee-media auth --redirect https://seller.example/back
  shopee-media auth 'https://seller.example/back?code=…&shop_id=…'`;

interface AuthOptions {
  /** Where the seller is led back to. */
  redirect?: string;
  link: "page" | "signed";
  env?: string;
  trace?: string;
  json?: boolean;
}

/** Adds `auth` to the program. */
export function addAuthCommand(program: Command, context: CommandContext): void {
  program.command("auth")
    .description("Have a seller authorise your app, and keep the tokens for the other commands.")
    .argument("[address]", "the address that the seller was led back to (default: it is asked for)")
    .option("--redirect <url>", "where the seller is led back to, as registered in the console")
    .addOption(
      new Option("--link <kind>", "the link of today, or the older one, which is signed and good for 5 minutes")
        .choices(["page", "signed"]).default("page"),
    )
    .addOption(envOption())
    .addOption(traceOption())
    .option("--json", "print the link, then who has authorised the app, as JSON objects on stdout, all else on stderr")
    .addHelpText("after", `${HELP}\n${ENVIRONMENT_HELP}`)
    .action(async (given: string | undefined, options: AuthOptions) => {
      const { io, signal } = context;
      const { app, store, keyOf } = await openTokenKeeper({ ...options, context });
      const back = given === undefined ? await askAddress(app, options, context) : { address: given };
      const authorization = await exchangeCode({ ...app, ...back, store, keyOf, signal });
      if (options.json) writeJsonLine(io, reportAuthorization(authorization));
      else printLines(io.stdout, ...describeAuthorization(authorization));
      if (!io.env.SHOPEE_ACCESS_TOKEN || io.env.SHOPEE_REFRESH_TOKEN) return;
      printLines(io.stderr, "SHOPEE_ACCESS_TOKEN is set, and is used instead of what was kept: unset it");
    });
}

/** Prints the link, and waits for the address that the seller comes back to. */
async function askAddress(
  app: TokenKeeper["app"],
  { redirect: redirectUrl, link: kind, json }: AuthOptions,
  { io, signal }: CommandContext,
): Promise<{ address: string; state: string }> {
  if (redirectUrl === undefined) {
    throw new InvalidInputError("Cannot make the link without --redirect, the redirect URL that the console has");
  }
  const state = randomUUID();
  const link = await getAuthorizationUrl({ ...app, redirectUrl, state, link: kind });
  if (json) writeJsonLine(io, { link });
  else printLines(io.stdout, link);
  printLines(io.stderr, "Open this link, authorise the app, and paste the address that the browser ends at:");
  const lines = createInterface({ input: io.stdin, signal });
  try {
    for await (const line of lines) if (line.trim() !== "") return { address: line.trim(), state };
  } finally {
    lines.close();
  }
  signal.throwIfAborted();
  throw new InvalidInputError("Cannot go on without the address: standard input has ended");
}

function idsOf(accounts: Authorization["accounts"], name: "shopId" | "merchantId" | "userId"): number[] {
  return accounts.flatMap((account) => account[name] ?? []);
}

function reportAuthorization({ accounts, mainAccountId }: Authorization): object {
  const [shopIds, merchantIds, userIds] = (["shopId", "merchantId", "userId"] as const).map((name) =>
    idsOf(accounts, name)
  );
  return { mainAccountId, shopIds, merchantIds, userIds };
}

function describeAuthorization({ accounts }: Authorization): string[] {
  return [
    ...idsOf(accounts, "shopId").map((id) => `Shop ${id} has authorised the app: set SHOPEE_SHOP_ID=${id}`),
    ...idsOf(accounts, "merchantId").map((id) => `Merchant ${id} has authorised the app`),
    ...idsOf(accounts, "userId").map((id) => `User ${id} has authorised the app`),
  ];
}
