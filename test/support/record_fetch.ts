/** The runtime's own `fetch`, which writes down what it is used for. */
export interface RecordedFetch {
  fetch: typeof fetch;
  /** Paths of all requests, in the order in which they began. */
  paths: string[];
  /** The first answer, as JSON; none yet if nothing was answered. */
  firstAnswer: Promise<unknown> | undefined;
}

/**
 * Makes a `fetch` that keeps a record.
 *
 * @param refuse Answers a request of this path in the server's place, if it answers anything.
 */
export function recordFetch(refuse: (path: string) => Response | undefined = () => undefined): RecordedFetch {
  const recorded: RecordedFetch = {
    paths: [],
    firstAnswer: undefined,
    async fetch(input, init) {
      const path = new URL(input instanceof Request ? input.url : input).pathname;
      recorded.paths.push(path);
      const response = refuse(path) ?? await fetch(input, init);
      recorded.firstAnswer ??= response.clone().json();
      return response;
    },
  };
  return recorded;
}
