/** A colour of a frame. */
export interface JpegColour {
  id: number;
  /** Blocks of it in a unit of the scan, from left to right and from top to bottom. */
  across: number;
  down: number;
  quantisation: number;
}

/** What a frame says of the picture. */
export interface JpegFrame {
  width: number;
  height: number;
  /** Whether its scan can be followed block by block: Huffman codes, and all colours at once. */
  isPlain: boolean;
  colours: JpegColour[];
}

/** Where a segment's content lies. */
export interface JpegSegment {
  start: number;
  end: number;
}

/** A scan, and what decoding it needs. */
export interface Scan {
  frame: JpegFrame;
  segment: JpegSegment;
  /** Where each table of codes begins, by its number; those for all but the first number of a block have 16 added. */
  huffman: ReadonlyMap<number, number>;
  /** Units of the scan between two restart markers; 0 for none. */
  restartInterval: number;
}

const MARKER = 0xff;
/** Bytes that decoders read ahead of what they need. */
const READ_AHEAD = 8;

/** Returns how many bytes a table of codes has, which tells how many codes of each length there are; 0 if there cannot be. */
export function measureHuffmanTable(view: DataView, start: number): number {
  let size = 16;
  let used = 0;
  for (let length = 1; length <= 16; length++) {
    const count = view.getUint8(start + length - 1);
    size += count;
    used += count << (16 - length);
  }
  return size > 16 + 256 || used > 65_536 ? 0 : size;
}

/**
 * Whether the data of a scan that no marker ends goes on to the end of the file only because something else follows: then
 * a decoder comes to the end of the picture before it comes to the end of the file.
 *
 * It follows the codes and decodes nothing. Each block takes two bits at least, so that the file's size bounds the work.
 */
export function endsWithin(view: DataView, scan: Scan): boolean {
  const { frame, segment, huffman, restartInterval } = scan;
  const blocks = listBlocks(view, scan);
  if (blocks.some(({ dc, ac }) => !huffman.has(dc) || !huffman.has(ac))) return false;
  const codes = new Map([...huffman].map(([number, start]) => [number, readCodes(view, start)]));
  const tables = blocks.map(({ dc, ac }) => ({ dc: codes.get(dc)!, ac: codes.get(ac)! }));
  const units = countUnits(frame);
  const bits = createBits(view, segment.end);
  for (let unit = 0; unit < units; unit++) {
    if (restartInterval > 0 && unit > 0 && unit % restartInterval === 0) bits.restart();
    for (const { dc, ac } of tables) {
      bits.skip(bits.take(dc) & 15);
      for (let index = 1; index < 64; index++) {
        const symbol = bits.take(ac);
        if (symbol === 0) break;
        index += symbol >> 4;
        bits.skip(symbol & 15);
      }
      if (bits.position() > view.byteLength) return false;
    }
  }
  return bits.position() + READ_AHEAD <= view.byteLength;
}

/** Lists for any 16 bits that begin with a code its length times 256, and what it stands for; 0 where there is none. */
function readCodes(view: DataView, start: number): Uint16Array {
  const codes = new Uint16Array(65_536);
  let symbol = start + 16;
  let first = 0;
  for (let length = 1; length <= 16; length++) {
    for (let left = view.getUint8(start + length - 1); left > 0; left--) {
      const last = first + (1 << (16 - length));
      codes.fill(length << 8 | view.getUint8(symbol), first, last);
      symbol += 1;
      first = last;
    }
  }
  return codes;
}

/** The blocks of one unit, with the numbers of their tables. */
function listBlocks(view: DataView, { frame: { colours }, segment: { start } }: Scan): { dc: number; ac: number }[] {
  return colours.flatMap((_, index) => {
    const id = view.getUint8(start + 1 + index * 2);
    const choice = view.getUint8(start + 2 + index * 2);
    const colour = colours.find((each) => each.id === id)!;
    const count = colours.length === 1 ? 1 : colour.across * colour.down;
    return Array.from({ length: count }, () => ({ dc: choice >> 4, ac: 16 | choice & 15 }));
  });
}

function countUnits({ width, height, colours }: JpegFrame): number {
  // A single colour is stored block by block, whatever its factors say.
  const across = colours.length === 1 ? 1 : Math.max(...colours.map((colour) => colour.across));
  const down = colours.length === 1 ? 1 : Math.max(...colours.map((colour) => colour.down));
  return Math.ceil(width / (8 * across)) * Math.ceil(height / (8 * down));
}

/** Goes along the bits of a scan. Behind the end of the file there are zeros. */
interface Bits {
  /** Reads a code, and returns what it stands for; a bit that begins none stands for 0. */
  take(codes: Uint16Array): number;
  skip(count: number): void;
  /** Goes on behind the next restart marker. */
  restart(): void;
  /** Where the next byte stands that holds none of the bits read so far. */
  position(): number;
}

function createBits(view: DataView, start: number): Bits {
  let offset = start;
  let held = 0;
  let count = 0;

  function nextByte(): number {
    if (offset >= view.byteLength) {
      offset += 1;
      return 0;
    }
    const byte = view.getUint8(offset);
    offset += 1;
    // Within the data FF is followed by a byte that says no more than that it is no marker.
    if (byte === MARKER && offset < view.byteLength && view.getUint8(offset) === 0) offset += 1;
    return byte;
  }

  function fill(wanted: number): void {
    while (count < wanted) {
      held = (held << 8 | nextByte()) & 0xff_ffff;
      count += 8;
    }
  }

  function skip(length: number): void {
    fill(length);
    count -= length;
    held &= (1 << count) - 1;
  }

  return {
    take(codes) {
      fill(16);
      const found = codes[held >> (count - 16) & 0xffff]!;
      skip(Math.max(1, found >> 8));
      return found & 255;
    },
    skip,
    restart() {
      held = 0;
      count = 0;
      while (offset + 1 < view.byteLength && !(view.getUint8(offset) === MARKER && isRestart(view, offset + 1))) {
        offset += 1;
      }
      offset += 2;
    },
    position: () => offset - (count >> 3),
  };
}

function isRestart(view: DataView, offset: number): boolean {
  return (view.getUint8(offset) & 0xf8) === 0xd0;
}
