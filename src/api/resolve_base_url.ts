import { InvalidInputError } from "../errors.ts";
import { type Region, REGIONS } from "../platform/endpoints.ts";

/** Where the platform is to be found. */
export interface BaseUrlOptions {
  /** Host of the seller's region. @default "global" */
  region?: Region;
  /** Overrides `region`: an emulator, a proxy, a test host. Only its origin counts. */
  baseUrl?: string | URL;
  /** Accepts `http:` for a host that is not loopback: everything then crosses that network in the clear. @default false */
  allowInsecureHttp?: boolean;
}

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Finds the origin that requests go to.
 *
 * @param options Region, or a base URL of one's own.
 * @returns The origin, such as `https://partner.shopeemobile.com`.
 * @throws {InvalidInputError} Unknown region, no URL, or `http:` where it would show secrets to a network.
 */
export function resolveBaseUrl(options: BaseUrlOptions): string {
  const { region = "global", baseUrl, allowInsecureHttp = false } = options;
  if (baseUrl === undefined) {
    if (!Object.hasOwn(REGIONS, region)) {
      throw new InvalidInputError(`The region must be one of ${Object.keys(REGIONS).join(", ")}, not "${region}"`);
    }
    return REGIONS[region];
  }
  const url = parse(baseUrl);
  if (url.protocol === "https:") return url.origin;
  if (url.protocol === "http:" && (allowInsecureHttp || LOOPBACK.test(url.hostname))) return url.origin;
  throw new InvalidInputError(
    `The baseUrl must be https:, not ${url.origin}: http: is for loopback hosts, or wants allowInsecureHttp`,
  );
}

function parse(baseUrl: string | URL): URL {
  let url: URL;
  try {
    url = new URL(baseUrl);
  } catch {
    throw new InvalidInputError("The baseUrl must be a URL such as https://partner.shopeemobile.com");
  }
  if (url.pathname === "/" && url.search === "" && url.username === "" && url.password === "") return url;
  throw new InvalidInputError(`The baseUrl must be a bare origin such as ${url.origin}, without path, query or login`);
}
