import { type FileHandle, open } from "node:fs/promises";

const HEADER_SIZE = 16;
/** The boxes that a video cannot do without; what else stands at the end of a file may be cut off. */
const NEEDED = ["moov", "moof", "mdat"];

/** Tells whether an MP4 file ends within an outermost box that it needs. */
export async function isCutOff(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    let position = 0;
    let type = "";
    while (position < size) {
      const box = await readHeader(file, position);
      // A box that tells no size goes on to the end of the file, or is none.
      if (box.size < 8) return false;
      position += box.size;
      type = box.type;
    }
    return position > size && NEEDED.includes(type);
  } finally {
    await file.close();
  }
}

async function readHeader(file: FileHandle, position: number): Promise<{ size: number; type: string }> {
  const bytes = new Uint8Array(HEADER_SIZE);
  await file.read(bytes, 0, HEADER_SIZE, position);
  const header = new DataView(bytes.buffer);
  const size = header.getUint32(0);
  return {
    // 1 says that the size comes in 64 bits after the type.
    size: size === 1 ? Number(header.getBigUint64(8)) : size,
    type: new TextDecoder().decode(bytes.subarray(4, 8)),
  };
}
