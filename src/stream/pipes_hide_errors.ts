/**
 * Workers' `pipeTo` resolves when its destination is errored between two writes. There, the next write or close has to
 * tell of the failure.
 */
export const PIPES_HIDE_ERRORS: boolean = globalThis.navigator?.userAgent === "Cloudflare-Workers";
