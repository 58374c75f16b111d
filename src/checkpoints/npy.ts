/**
 * NumPy's file of one array (`.npy`), as far as it holds floating-point numbers.
 *
 * Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, versions 1 to 3. An array of Python objects is a
 * pickle; it is refused, never run.
 */
import { TurboError } from '../errors/turbo-error.js';
import { elementCount } from './dtype.js';
import { gather, isContiguous } from './strided-view.js';

export interface NpyArray {
  readonly shape: readonly number[];
  /** Row-major, whatever the order in the file. */
  readonly data: Float64Array;
}

const magic = Buffer.from('\x93NUMPY', 'latin1');
const lengthOffset = magic.length + 2;
const alignment = 64;
const elementBytes: Readonly<Record<string, number>> = { '<f8': 8, '<f4': 4 };

/** The array in `bytes`, widened to float64. @param where file and array, for messages */
export function parseNpy(bytes: Uint8Array<ArrayBuffer>, where: string): NpyArray {
  const { text, start } = headerOf(bytes, where);
  const { descr, fortranOrder, shape } = parseHeader(text, where);
  const width = elementBytes[descr];
  if (width === undefined) throw unreadable(descr, where);
  const content = bytes.subarray(start);
  const expected = elementCount(shape) * width;
  if (content.byteLength !== expected)
    throw broken(
      `it has ${content.byteLength} bytes of data, ${expected} are needed for (${shape.join(', ')})`,
      where,
    );
  const view = { offset: 0, shape, strides: stridesOf(shape, fortranOrder) };
  const ordered = isContiguous(view) ? content.slice() : gather(view, content, width);
  const data =
    width === 8 ? new Float64Array(ordered.buffer) : Float64Array.from(new Float32Array(ordered.buffer));
  return { shape, data };
}

/** The bytes that `numpy.save` writes for a row-major float64 array. */
export function npyBytes({ shape, data }: NpyArray): Uint8Array {
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dictionary = `{'descr': '<f8', 'fortran_order': False, 'shape': (${sides}), }`;
  const start = Math.ceil((lengthOffset + 2 + dictionary.length + 1) / alignment) * alignment;
  const header = Buffer.alloc(start, ' ');
  magic.copy(header);
  header.writeUInt8(1, magic.length);
  header.writeUInt8(0, magic.length + 1);
  header.writeUInt16LE(start - lengthOffset - 2, lengthOffset);
  header.write(dictionary, lengthOffset + 2, 'latin1');
  header.write('\n', start - 1);
  return Buffer.concat([header, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]);
}

function headerOf(bytes: Uint8Array, where: string): { text: string; start: number } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!buffer.subarray(0, magic.length).equals(magic))
    throw broken('it does not begin with \\x93NUMPY', where);
  const isShort = buffer[magic.length] === 1;
  const begin = lengthOffset + (isShort ? 2 : 4);
  if (buffer.length < begin) throw broken('its header is cut off', where);
  const length = isShort ? buffer.readUInt16LE(lengthOffset) : buffer.readUInt32LE(lengthOffset);
  if (buffer.length < begin + length) throw broken('its header is cut off', where);
  return { text: buffer.toString('latin1', begin, begin + length), start: begin + length };
}

/** Reads the Python dictionary of the header, which NumPy always writes in one form. */
function parseHeader(text: string, where: string): { descr: string; fortranOrder: boolean; shape: number[] } {
  const descr = /'descr': *(?:'([^']*)'|(\[.*?\]))/.exec(text);
  const order = /'fortran_order': *(True|False)/.exec(text);
  const shape = /'shape': *\(((?:\d+L?(?:, *|(?=\))))*)\)/.exec(text);
  if (descr === null || order === null || shape === null)
    throw broken(`its header is not the dictionary that NumPy writes: ${text.trim()}`, where);
  return {
    descr: descr[1] ?? descr[2]!,
    fortranOrder: order[1] === 'True',
    shape: (shape[1]!.match(/\d+/g) ?? []).map(Number),
  };
}

/** Strides in elements: the last axis varies fastest, in Fortran's order the first. */
function stridesOf(shape: readonly number[], fortranOrder: boolean): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let step = 0; step < shape.length; step++) {
    const axis = fortranOrder ? step : shape.length - 1 - step;
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

function unreadable(descr: string, where: string): TurboError {
  return new TurboError(
    descr.includes('O')
      ? 'The array holds Python objects, which only running a pickle could restore.'
      : 'The array holds no numbers that turbo-bench reads.',
    {
      where,
      value: descr,
      allowed: 'little-endian float64 or float32 (<f8, <f4)',
      next: "write the array again in Python: array.astype('<f8')",
    },
  );
}

function broken(how: string, where: string): TurboError {
  return new TurboError(`The array is broken: ${how}.`, { where, next: 'download or copy the file again' });
}
