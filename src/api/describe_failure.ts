const CODE = /^[A-Z][A-Za-z0-9_]{2,40}$/;
/** A URL, or anything that carries a query: both may hold a token or a signature. */
const ADDRESS = /\(?\S*(:\/\/|[?&][\w.-]+=)\S*\)?:?\s*/g;

/**
 * Says in a few words why `fetch` failed. Runtimes put the whole URL, with token and signature, into such errors, so the
 * error itself must never be shown, not even as a `cause`.
 *
 * @param error What `fetch` rejected with.
 * @returns A code such as `ECONNRESET`, or the runtime's words without any address.
 */
export function describeFailure(error: unknown): string {
  const chain: Error[] = [];
  for (let e = error; e instanceof Error && chain.length < 5; e = e.cause) chain.push(e);
  for (const { code } of chain as { code?: unknown }[]) {
    if (typeof code === "string" && CODE.test(code)) return code;
  }
  const words = chain.at(-1)?.message.replaceAll(ADDRESS, "").trim();
  return words ? words.slice(0, 200) : "unknown cause";
}
