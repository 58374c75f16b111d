/**
 * What the first directory of a TIFF says about how its samples are stored: the tags that sharp does not tell.
 *
 * Source: TIFF 6.0, section 2 and appendix A; BigTIFF as libtiff documents it.
 */

export interface TiffTags {
  readonly compression: number;
  /** Which colours the samples are; -1 where the file does not say. */
  readonly photometric: number;
  /** Bits of each sample of a pixel; 0 where the file leaves a sample out. */
  readonly bits: readonly number[];
  /** 1 unsigned, 2 signed, 3 floating point; -1 where samples differ. */
  readonly sampleFormat: number;
  /** What each sample beyond the colours is. */
  readonly extraSamples: readonly number[];
  /** 1 where the samples of a pixel stand together. */
  readonly planar: number;
  /** As in EXIF; undefined where the file does not say. */
  readonly orientation: number | undefined;
}

const TAG = {
  bits: 258,
  compression: 259,
  photometric: 262,
  orientation: 274,
  samples: 277,
  planar: 284,
  extraSamples: 338,
  sampleFormat: 339,
} as const;
const WANTED: ReadonlySet<number> = new Set(Object.values(TAG));

/** Bytes of a value by the type of its tag; the others are no whole numbers. */
const BYTES: Readonly<Record<number, 1 | 2 | 4 | 8>> = { 1: 1, 3: 2, 4: 4, 16: 8 };
/** No picture has more samples in a pixel than are looked at. */
const MOST_VALUES = 16;

/** @throws Error with a plain reason where the file is cut off */
export function readTiffTags(bytes: Uint8Array): TiffTags {
  const found = firstDirectory(bytes);
  const one = (tag: number): number | undefined => found.get(tag)?.[0];
  const samples = Math.min(one(TAG.samples) ?? 1, MOST_VALUES);
  const bits = found.get(TAG.bits) ?? [1];
  const formats = new Set(found.get(TAG.sampleFormat) ?? [1]);
  return {
    compression: one(TAG.compression) ?? 1,
    photometric: one(TAG.photometric) ?? -1,
    bits: Array.from({ length: samples }, (_, sample) => bits[bits.length === 1 ? 0 : sample] ?? 0),
    sampleFormat: formats.size === 1 ? [...formats][0]! : -1,
    extraSamples: found.get(TAG.extraSamples) ?? [],
    planar: one(TAG.planar) ?? 1,
    orientation: one(TAG.orientation),
  };
}

function firstDirectory(bytes: Uint8Array): Map<number, number[]> {
  try {
    return wantedEntries(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (cause) {
    throw cause instanceof RangeError ? new Error('the file is damaged or cut off', { cause }) : cause;
  }
}

/** The values of each wanted tag. A classic file has offsets of four bytes, a big one of eight. */
function wantedEntries(view: DataView): Map<number, number[]> {
  const little = view.getUint8(0) === 0x49;
  const isBig = view.getUint16(2, little) === 43;
  const number = (at: number, size: 1 | 2 | 4 | 8): number => {
    if (size === 8) return Number(view.getBigUint64(at, little));
    return size === 4
      ? view.getUint32(at, little)
      : size === 2
        ? view.getUint16(at, little)
        : view.getUint8(at);
  };
  const offsetBytes = isBig ? 8 : 4;
  const start = number(isBig ? 8 : 4, offsetBytes);
  const countBytes = isBig ? 8 : 2;
  const found = new Map<number, number[]>();
  for (let entry = 0; entry < number(start, countBytes); entry++) {
    const at = start + countBytes + entry * (4 + 2 * offsetBytes);
    const size = BYTES[number(at + 2, 2)];
    if (!WANTED.has(number(at, 2)) || size === undefined) continue;
    const count = number(at + 4, offsetBytes);
    const field = at + 4 + offsetBytes;
    const from = count * size <= offsetBytes ? field : number(field, offsetBytes);
    const values = Array.from({ length: Math.min(count, MOST_VALUES) }, (_, i) =>
      number(from + i * size, size),
    );
    found.set(number(at, 2), values);
  }
  return found;
}
