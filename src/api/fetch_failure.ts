/** Why `fetch` has failed, without anything secret. */
export interface FetchFailure {
  /** In a few words. */
  reason: string;
  /** As the operating system names it, such as `ECONNREFUSED`, if the runtime tells. */
  code?: string | undefined;
  /** `false` where it is sure that nothing was sent. */
  mayHaveBeenSent: boolean;
  /** What was thrown, if it is a mistake in a program and no failure of a network. */
  mistake?: Error | undefined;
}

/** Codes of a connection that never was. */
const NO_CONNECTION =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|\w*CERT\w*)$/;

/** What runtimes say instead of the usual codes: Deno in its texts, Bun in codes of its own. */
const SAID: readonly (readonly [code: string, text: RegExp])[] = [
  ["ECONNREFUSED", /^ConnectionRefused$|connection refused/i],
  ["ECONNRESET", /^Connection(Reset|Closed)$|connection (was )?(reset|closed)|reset by peer/i],
  ["ENOTFOUND", /^FailedToOpenSocket$|dns error|failed to lookup/i],
  ["ETIMEDOUT", /timed out/i],
];

const CODE = /^[A-Z][A-Za-z0-9_]{2,40}$/;
/** A URL, or anything that carries a query: both may hold a token or a signature. */
const ADDRESS = /\(?\S*(:\/\/|[?&][\w.-]+=)\S*\)?:?\s*/g;

/** Codes of arguments that were wrong. */
const MISTAKEN_CODE =
  /^(ERR_INVALID_(URL|URL_SCHEME|PROTOCOL|ARG_TYPE|ARG_VALUE|CHAR|THIS|STATE|HTTP_TOKEN|RETURN_VALUE)|ERR_HTTP_INVALID_\w+|ERR_UNESCAPED_CHARACTERS|ERR_MISSING_ARGS|ERR_OUT_OF_RANGE|UND_ERR_INVALID_ARG|UND_ERR_REQ_CONTENT_LENGTH_MISMATCH)$/;
const MISTAKEN_NAME = /^(RangeError|ReferenceError|SyntaxError|URIError|EvalError)$/;
/** A `TypeError` is either: `fetch` throws one for every failure of the network, in words that each engine chooses. */
const MISTAKEN_TEXT =
  /is not (a|an|iterable|defined)\b|\b(undefined|null)\b|Cannot (read|set|convert|destructure|assign)|Failed to (execute|construct|parse)|\b[Ii]nvalid\b|must be|unusable|absolute URL/;
const NETWORK_TEXT =
  /network|internet|offline|fetch|connect|socket|host|server|load failed|sending request|terminated|body|stream|time|tls|ssl|certificate|dns|closed|lost|reset/i;

/**
 * Says why `fetch` has failed. Runtimes put the whole URL, with token and signature, into such errors, so the error itself
 * must never be shown, not even as a `cause`: what may be is a code such as `ECONNRESET`, or the words without any address.
 */
export function describeFailure(error: unknown): FetchFailure {
  const chain: Error[] = [];
  for (let e = error; e instanceof Error && chain.length < 5; e = e.cause) chain.push(e);
  const words = wordsOf(chain.at(-1)) || "unknown cause";
  const given = chain.map((e) => (e as { code?: unknown | undefined }).code)
    .find((code): code is string => typeof code === "string" && CODE.test(code));
  const code = SAID.find(([, text]) => text.test(given ?? words))?.[0] ?? given;
  const mistake = chain.find((e) => isMistake(e, given));
  if (mistake !== undefined) {
    const reason = `${mistake.name}: ${wordsOf(mistake)}`;
    return { reason, code: given, mistake: withoutAddress(mistake), mayHaveBeenSent: given === undefined };
  }
  const mayHaveBeenSent = !NO_CONNECTION.test(code ?? "") && !words.includes("client error (Connect)");
  return { reason: code ?? words, code, mayHaveBeenSent };
}

function isMistake(error: Error, code: string | undefined): boolean {
  if (code !== undefined) return MISTAKEN_CODE.test(code);
  if (MISTAKEN_NAME.test(error.name)) return true;
  if (error.name !== "TypeError" || error.cause instanceof Error) return false;
  const words = wordsOf(error);
  return MISTAKEN_TEXT.test(words) || !NETWORK_TEXT.test(words);
}

/** A copy that tells where it happened. */
function withoutAddress(error: Error): Error {
  const words = wordsOf(error);
  const stack = error.stack?.replaceAll(error.message, words);
  return Object.assign(new Error(words), { name: error.name, stack });
}

function wordsOf(error: Error | undefined): string {
  return (error?.message ?? "").replaceAll(ADDRESS, "").trim().replace(/\.$/, "").slice(0, 200);
}
