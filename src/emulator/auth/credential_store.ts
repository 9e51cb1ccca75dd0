import { runtime } from "../../runtime.ts";
import { Refusal } from "../api/refusal.ts";
import type { Clock } from "../clock.ts";

/** What the emulator's owner signs and verifies with. */
export interface EmulatorCredentials {
  /** The app. */
  partnerId: number;
  /** Key that signs. */
  partnerKey: string;
  /** The shop. */
  shopId: number;
  /** The shop's access token. */
  accessToken: string;
  /** Gets the next pair of tokens, once. */
  refreshToken: string;
  /** Key that signs pushes: the *Live Push Partner Key* of the console. */
  pushPartnerKey: string;
}

/** Options of {@linkcode createCredentialStore}. */
export interface CredentialStoreOptions extends Partial<EmulatorCredentials> {
  /** Time of the platform. */
  clock: Clock;
  /** Seconds that an access token lives. */
  tokenLifetime: number;
}

/** A pair of tokens, as it is handed out. */
export interface IssuedTokens extends Pick<EmulatorCredentials, "accessToken" | "refreshToken"> {
  /** Seconds that the access token lives. */
  lifetime: number;
}

/** Who is known to the platform: one app, one shop, and the shop's tokens. */
export interface CredentialStore {
  /** What requests are signed with as of now: a new pair of tokens replaces the old one here, too. */
  readonly current: EmulatorCredentials;
  /** What a request has to be signed with. */
  sign(text: string): Promise<string>;
  /**
   * Lets the present access token of the shop pass.
   *
   * @throws {Refusal} When the token has expired or was replaced, or is unknown; when the shop is another one.
   */
  checkAccess(shopId: string, accessToken: string): void;
  /** Ends the present access token before its time. */
  expireToken(): void;
  /**
   * Exchanges the present refresh token of the shop for a new pair.
   *
   * @throws {Refusal} When the token has expired or was used before, or is unknown; when the shop is another one.
   */
  refresh(shopId: number, refreshToken: string): IssuedTokens;
}

/** Seconds. */
const REFRESH_TOKEN_LIFETIME = 30 * 24 * 3600;

/** Creates the store; what is not given is made up. */
export function createCredentialStore({ clock, tokenLifetime, ...given }: CredentialStoreOptions): CredentialStore {
  const current: EmulatorCredentials = {
    partnerId: given.partnerId ?? createNumber(1_000_000),
    partnerKey: given.partnerKey ?? createKey(),
    shopId: given.shopId ?? createNumber(100_000_000),
    accessToken: given.accessToken ?? createToken(),
    refreshToken: given.refreshToken ?? createToken(),
    pushPartnerKey: given.pushPartnerKey ?? createKey(),
  };
  const replaced = new Set<string>();
  let accessExpiry = clock.seconds() + tokenLifetime;
  let refreshExpiry = clock.seconds() + REFRESH_TOKEN_LIFETIME;

  function checkShop(shopId: string): void {
    if (shopId !== String(current.shopId)) throw new Refusal("unknownShop");
  }

  return {
    current,
    sign: runtime.hmacSha256(current.partnerKey),
    checkAccess(shopId, accessToken) {
      const isPresent = accessToken === current.accessToken;
      if (!isPresent && !replaced.has(accessToken)) throw new Refusal("unknownAccessToken");
      if (!isPresent || clock.seconds() >= accessExpiry) throw new Refusal("oldAccessToken");
      checkShop(shopId);
    },
    expireToken() {
      accessExpiry = 0;
    },
    refresh(shopId, refreshToken) {
      checkShop(String(shopId));
      if (refreshToken !== current.refreshToken || clock.seconds() >= refreshExpiry) {
        throw new Refusal("wrongRefreshToken");
      }
      replaced.add(current.accessToken);
      current.accessToken = createToken();
      current.refreshToken = createToken();
      accessExpiry = clock.seconds() + tokenLifetime;
      refreshExpiry = clock.seconds() + REFRESH_TOKEN_LIFETIME;
      return { accessToken: current.accessToken, refreshToken: current.refreshToken, lifetime: tokenLifetime };
    },
  };
}

/** A number with as many digits as `least`, a power of ten. */
function createNumber(least: number): number {
  return least + Math.floor(runtime.random() * 9 * least);
}

/** 32 hex digits. */
function createToken(): string {
  return runtime.uuid().replaceAll("-", "");
}

/** 64 hex digits, as the console shows keys. */
function createKey(): string {
  return createToken() + createToken();
}
