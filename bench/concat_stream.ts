type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Brings bytes into parts of one size as several peers do: what has come so far is copied together with each chunk, which
 * copies a byte as many times as there are chunks in a part.
 */
export class ConcatStream extends TransformStream<Bytes, Bytes> {
  /**
   * Makes the stream.
   *
   * @param partSize Bytes in each part but the last.
   */
  constructor(partSize: number) {
    let gathered: Bytes = new Uint8Array();
    super({
      transform(chunk, controller) {
        gathered = Buffer.concat([gathered, chunk]);
        for (; gathered.length >= partSize; gathered = gathered.subarray(partSize)) {
          controller.enqueue(gathered.subarray(0, partSize));
        }
      },
      flush(controller) {
        if (gathered.length > 0) controller.enqueue(gathered);
      },
    });
  }
}
