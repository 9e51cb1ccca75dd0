import { randomBytes, randomInt } from "node:crypto";
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

/** Options of {@linkcode createVault}. */
export interface CreateVaultOptions extends Partial<EmulatorCredentials> {
  /** Time of the platform. */
  clock: Clock;
  /** Seconds that an access token lives. */
  tokenLifetime: number;
}

/** Who is known to the platform: one app, one shop, and the shop's tokens. */
export interface Vault {
  /** What requests are signed with as of now: a new pair of tokens replaces the old one here, too. */
  readonly credentials: EmulatorCredentials;
  /**
   * Lets the present access token pass.
   *
   * @throws {Refusal} When it has expired or was replaced, or is unknown.
   */
  checkAccessToken(token: string): void;
  /** Ends the present access token before its time. */
  expireToken(): void;
  /**
   * Exchanges the present refresh token for a new pair.
   *
   * @throws {Refusal} When it has expired or was used before, or is unknown.
   */
  rotate(refreshToken: string): void;
}

const REFRESH_TOKEN_LIFETIME = 30 * 24 * 3600;

/** Creates the vault; what is not given is made up. */
export function createVault({ clock, tokenLifetime, ...given }: CreateVaultOptions): Vault {
  const credentials: EmulatorCredentials = {
    partnerId: given.partnerId ?? randomInt(1_000_000, 10_000_000),
    partnerKey: given.partnerKey ?? randomBytes(32).toString("hex"),
    shopId: given.shopId ?? randomInt(100_000_000, 1_000_000_000),
    accessToken: given.accessToken ?? createToken(),
    refreshToken: given.refreshToken ?? createToken(),
    pushPartnerKey: given.pushPartnerKey ?? randomBytes(32).toString("hex"),
  };
  const replaced = new Set<string>();
  let accessExpiry = clock.seconds() + tokenLifetime;
  let refreshExpiry = clock.seconds() + REFRESH_TOKEN_LIFETIME;

  return {
    credentials,
    checkAccessToken(token) {
      const isPresent = token === credentials.accessToken;
      if (isPresent && clock.seconds() < accessExpiry) return;
      if (!isPresent && !replaced.has(token)) {
        throw new Refusal("unknownAccessToken");
      }
      throw new Refusal("oldAccessToken");
    },
    expireToken() {
      accessExpiry = 0;
    },
    rotate(refreshToken) {
      if (refreshToken !== credentials.refreshToken || clock.seconds() >= refreshExpiry) {
        throw new Refusal("wrongRefreshToken");
      }
      replaced.add(credentials.accessToken);
      credentials.accessToken = createToken();
      credentials.refreshToken = createToken();
      accessExpiry = clock.seconds() + tokenLifetime;
      refreshExpiry = clock.seconds() + REFRESH_TOKEN_LIFETIME;
    },
  };
}

function createToken(): string {
  return randomBytes(16).toString("hex");
}
