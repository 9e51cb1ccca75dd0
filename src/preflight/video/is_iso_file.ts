const FTYP = 0x66747970;

/** Whether a file that begins so is an MP4, a QuickTime or another file of their family. */
export function isIsoFile(head: Uint8Array): boolean {
  return head.byteLength >= 12 && new DataView(head.buffer, head.byteOffset).getUint32(4) === FTYP;
}
