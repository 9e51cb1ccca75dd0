/** Reads what has not been read of a request's body, and throws it away. */
export async function drain(request: Request): Promise<void> {
  if (request.bodyUsed) return;
  await request.body?.pipeTo(new WritableStream());
}
