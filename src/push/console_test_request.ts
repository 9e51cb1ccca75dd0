/**
 * What the console posts when a callback URL is registered, byte for byte as receivers recorded it. The space after the
 * full stop is missing there, too.
 */
const CONSOLE_TEST_BODY =
  '{"code":0,"data":{"verify_info":"This is a Verification message.Please respond in the certain format."}}';

const CONSOLE_TEST_BYTES = new TextEncoder().encode(CONSOLE_TEST_BODY);

/**
 * Tells the console's test request by its bytes alone, so that nothing of an unverified body is parsed.
 *
 * Its signature cannot be relied on: the test runs before the form with the new push key is saved, and receivers found
 * none of their keys to match. The URL can be registered only if it gets 2xx all the same. That gives nothing away,
 * since the message says nothing and nobody is told of it.
 */
export function isConsoleTestRequest(body: Uint8Array): boolean {
  return body.byteLength === CONSOLE_TEST_BYTES.byteLength &&
    CONSOLE_TEST_BYTES.every((byte, index) => byte === body[index]);
}
