import { InvalidInputError } from "../errors.ts";

/** What only Shopee and the receiver of its pushes know, and what both have to agree on. */
export interface PushCredentials {
  /** The *Live Push Partner Key* of the console's push page. It is not the partner key that signs API calls. */
  pushPartnerKey: string;
  /**
   * The callback URL, byte for byte as it is registered in the console: Shopee signs it. Behind a reverse proxy
   * `request.url` is another one.
   */
  callbackUrl: string;
}

/** Throws an {@linkcode InvalidInputError} for credentials that can never verify a push. */
export function checkPushCredentials({ pushPartnerKey, callbackUrl }: PushCredentials): void {
  if (typeof pushPartnerKey !== "string" || pushPartnerKey === "") {
    throw new InvalidInputError(
      "Cannot verify pushes: pushPartnerKey is missing, copy it from the console's push page",
    );
  }
  // The URL itself stays out of the message: its query may hold a secret.
  if (typeof callbackUrl !== "string" || !URL.canParse(callbackUrl)) {
    throw new InvalidInputError("Cannot verify pushes: callbackUrl is not a URL, give it as registered in the console");
  }
}
