/**
 * The first frame of a GIF as Pillow's `convert('RGB')` shows it: a transparent pixel has the colour that the colour table gives
 * its index. libvips blanks such pixels instead, so the mark of transparency is taken out of the bytes before it sees them.
 *
 * Source: GIF89a specification (W3C), sections 18-23; Pillow 11.3, GifImagePlugin.py.
 */

const [EXTENSION, IMAGE, TRAILER, GRAPHIC_CONTROL] = [0x21, 0x2c, 0x3b, 0xf9];
const HEADER_BYTES = 13;
/** In the flags of the screen and of a frame; the lowest three bits tell the size of the table. */
const HAS_COLOUR_TABLE = 0x80;
const HAS_TRANSPARENT_INDEX = 0x01;

/**
 * @param bytes a whole GIF; not changed
 * @returns the same bytes, or a copy of them whose first frame has no transparent index
 * @throws Error with a plain reason where Pillow and libvips would paint different colours
 */
export function opaqueFirstFrame(bytes: Uint8Array): Uint8Array {
  let at = HEADER_BYTES + colourTableBytes(byteAt(bytes, 10));
  const transparent: number[] = [];
  for (let block = byteAt(bytes, at); block !== IMAGE; block = byteAt(bytes, at)) {
    if (block === TRAILER) throw new Error('it has no frame');
    if (block === EXTENSION) {
      const flags = at + 3;
      if (byteAt(bytes, at + 1) === GRAPHIC_CONTROL && byteAt(bytes, flags) & HAS_TRANSPARENT_INDEX)
        transparent.push(flags);
      at = afterSubBlocks(bytes, at + 2);
    } else at++;
  }
  const [left, top, width, height] = wordsAt(bytes, at + 1, 4);
  const [screenWidth, screenHeight] = wordsAt(bytes, 6, 2);
  if (left! > 0 || top! > 0 || width! < screenWidth! || height! < screenHeight!)
    throw new Error('its first frame is smaller than the picture, and readers differ in what lies around it');
  if (((byteAt(bytes, 10) | byteAt(bytes, at + 9)) & HAS_COLOUR_TABLE) === 0)
    throw new Error('it has no colour table, and readers differ in the colours that they take then');
  if (transparent.length === 0) return bytes;
  const opaque = Uint8Array.from(bytes);
  for (const flags of transparent) opaque[flags]! &= ~HAS_TRANSPARENT_INDEX;
  return opaque;
}

function colourTableBytes(flags: number): number {
  return flags & HAS_COLOUR_TABLE ? 3 << ((flags & 7) + 1) : 0;
}

/** Sub-blocks have their length before them; the last is empty. */
function afterSubBlocks(bytes: Uint8Array, start: number): number {
  let at = start;
  for (let length = byteAt(bytes, at); length > 0; length = byteAt(bytes, at)) at += length + 1;
  return at + 1;
}

/** Two bytes each, the low one first. */
function wordsAt(bytes: Uint8Array, start: number, count: number): number[] {
  return Array.from({ length: count }, (_, word) => {
    const at = start + 2 * word;
    return byteAt(bytes, at) | (byteAt(bytes, at + 1) << 8);
  });
}

function byteAt(bytes: Uint8Array, at: number): number {
  const value = bytes[at];
  if (value === undefined) throw new Error('the file is damaged or cut off');
  return value;
}
