/**
 * Brings bytes into parts of one size as it is usually done: chunks are gathered in a list, and a part is made of them
 * when there are enough. Each byte is copied once or twice; the mildest of what the peers do.
 */
export class GatherStream extends TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  /**
   * Makes the stream.
   *
   * @param partSize Bytes in each part but the last.
   */
  constructor(partSize: number) {
    let chunks: Uint8Array<ArrayBuffer>[] = [];
    let gathered = 0;
    super({
      transform(chunk, controller) {
        chunks.push(chunk);
        gathered += chunk.length;
        if (gathered < partSize) return;
        let all = Buffer.concat(chunks);
        for (; all.length >= partSize; all = all.subarray(partSize)) controller.enqueue(all.subarray(0, partSize));
        chunks = [all];
        gathered = all.length;
      },
      flush(controller) {
        if (gathered > 0) controller.enqueue(Buffer.concat(chunks));
      },
    });
  }
}
