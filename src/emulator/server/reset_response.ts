/** What comes closest to a reset where a server cannot reset: an answer that breaks off before its first byte. */
export function resetResponse(): Response {
  const body = new ReadableStream({
    pull(controller) {
      // Deno and Bun print the reason: a text, which has no stack, is all that they need to print.
      controller.error("The emulator was asked for a reset");
    },
  }, { highWaterMark: 0 });
  return new Response(body, { headers: { "Content-Length": "1" } });
}
