/** The bytes of a blob or a response. */
export async function bytesOf(source: Pick<Blob, "arrayBuffer">): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await source.arrayBuffer());
}
