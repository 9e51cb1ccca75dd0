import { Refusal } from "../api/answer.ts";
import type { AccountOwner, CredentialStore, Grant } from "../auth/credential_store.ts";
import { type Fields, integerField, textField, wrongField } from "./fields.ts";
import type { Call, Handlers } from "./handler.ts";
import { readJson } from "./read_body.ts";

/** A pair of tokens, as it is answered. */
interface TokenPair {
  access_token: string;
  refresh_token: string;
  /** Seconds that the access token lives. */
  expire_in: number;
}

/** How a seller comes to authorise the app, and what comes of it: a first pair of tokens, and those after it. */
export const authHandlers: Handlers<"auth" | "shop"> = {
  "shop/auth_partner": leadBack,
  "auth/token/get": exchangeCode,
  "auth/access_token/get": refreshToken,
};

/** The older link, which is signed. The seller agrees at once. */
function leadBack({ query, context: { credentials } }: Call): { location: string } {
  const redirect = query.get("redirect") ?? "";
  if (!URL.canParse(redirect)) throw new Refusal("noParameter", { name: "redirect" });
  return { location: addressOf(credentials.authorize(chosenShop(query)), redirect, query) };
}

/**
 * Answers the page on which a seller authorises the app, without a signature. The seller agrees at once, and the browser is
 * led back: for the main account, if the emulator has one, else for its first shop, or for that of `shop_id`, which Shopee's
 * own page would ask for.
 */
export function authorizationPage({ url }: Request, credentials: CredentialStore): Response {
  const { searchParams: query } = new URL(url);
  const redirect = query.get("redirect_uri") ?? "";
  const rules: [name: string, isRight: boolean][] = [
    ["partner_id", query.get("partner_id") === `${credentials.current.partnerId}`],
    ["auth_type", query.get("auth_type") === "seller"], // What a user comes back with is not documented.
    ["response_type", query.get("response_type") === "code"],
    ["redirect_uri", URL.canParse(redirect)],
  ];
  const wrong = rules.find(([, isRight]) => !isRight)?.[0];
  if (wrong !== undefined) {
    return new Response(`There is no such page: its ${wrong} is missing or wrong`, { status: 400 });
  }
  try {
    const location = addressOf(credentials.authorize(chosenShop(query)), redirect, query);
    return new Response(null, { status: 302, headers: { Location: location } });
  } catch (error) {
    if (error instanceof Refusal) return new Response("There is no such shop", { status: 400 });
    throw error;
  }
}

function chosenShop(query: URLSearchParams): number | undefined {
  const shopId = query.get("shop_id");
  return shopId === null ? undefined : Number(shopId);
}

function addressOf({ code, owner, id }: Grant, redirect: string, query: URLSearchParams): string {
  const address = new URL(redirect);
  address.searchParams.set("code", code);
  address.searchParams.set(`${owner}_id`, `${id}`);
  const state = query.get("state");
  if (state !== null) address.searchParams.set("state", state);
  return address.href;
}

async function exchangeCode({ request, context: { credentials } }: Call): Promise<TokenPair> {
  const fields = await readAppJson(request, credentials);
  const code = textField(fields, "code");
  const { owner, id } = oneAccount(fields, ["shop", "main_account"]);
  const { accessToken, refreshToken, lifetime, accounts } = credentials.exchange({ code, owner, id });
  const idsOf = (owner: AccountOwner) => accounts.filter((account) => account.owner === owner).map(({ id }) => id);
  return {
    access_token: accessToken,
    refresh_token: refreshToken,
    expire_in: lifetime,
    ...(owner === "main_account" && {
      shop_id_list: idsOf("shop"),
      merchant_id_list: idsOf("merchant"),
      user_id_list: idsOf("user"),
    }),
  };
}

async function refreshToken({ request, context: { credentials } }: Call): Promise<TokenPair> {
  const fields = await readAppJson(request, credentials);
  const refresh_token = textField(fields, "refresh_token");
  const { owner, id } = oneAccount(fields, ["shop", "merchant", "user", "supplier"]);
  // It knows no suppliers.
  if (owner === "supplier") throw new Refusal("notLinkedShop", { owner, given: id });
  const { accessToken, refreshToken, lifetime } = credentials.refresh({ owner, id }, refresh_token);
  const partner_id = credentials.current.partnerId;
  const of = { [`${owner}_id`]: id, partner_id };
  return { access_token: accessToken, refresh_token: refreshToken, expire_in: lifetime, ...of };
}

async function readAppJson(request: Request, { current }: CredentialStore): Promise<Fields> {
  const fields = await readJson(request);
  if (integerField(fields, "partner_id") !== current.partnerId) throw new Refusal("unknownPartner");
  return fields;
}

/** The account that a call is about: it has to name exactly one. */
function oneAccount<Owner extends string>(fields: Fields, owners: readonly Owner[]): { owner: Owner; id: number } {
  const [owner, ...others] = owners.filter((owner) => fields[`${owner}_id`] !== undefined);
  const names = owners.map((owner) => `${owner}_id`);
  if (owner === undefined) throw wrongField(fields, names[0]!, `or another of ${names.join(", ")} must be given`);
  if (others.length > 0) throw wrongField(fields, `${others[0]}_id`, `must not be given with ${owner}_id`);
  return { owner, id: integerField(fields, `${owner}_id`) };
}
