/**
 * The arguments of pickle opcodes, read one after another; the end of the bytes is an error, never an empty value.
 *
 * Only a window of the source is in memory, so that a pickle may stand at the head of a file of many gigabytes.
 */
import { TurboError } from '../errors/turbo-error.js';
import type { ByteSource } from './byte-file.js';

/** Python integers longer than this are no sizes, strides or step counts. */
const longestInteger = 64;
/** Names of modules and functions end within so many bytes. */
const longestName = 4096;
const windowBytes = 1 << 16;

export class PickleBytes {
  /** The next byte to be read, counted from the start of the source. */
  position = 0;
  #window = new Uint8Array(0);
  #windowStart = 0;
  #view = new DataView(this.#window.buffer);

  constructor(
    readonly source: ByteSource,
    readonly where: string,
  ) {}

  uint8(): number {
    const at = this.#advance(1);
    return this.#view.getUint8(at);
  }

  uint16(): number {
    const at = this.#advance(2);
    return this.#view.getUint16(at, true);
  }

  int32(): number {
    const at = this.#advance(4);
    return this.#view.getInt32(at, true);
  }

  uint32(): number {
    const at = this.#advance(4);
    return this.#view.getUint32(at, true);
  }

  uint64(): number {
    const at = this.#advance(8);
    return Number(this.#view.getBigUint64(at, true));
  }

  /** Big-endian, unlike everything else in a pickle. */
  float64(): number {
    const at = this.#advance(8);
    return this.#view.getFloat64(at, false);
  }

  /** A two's complement integer of `byteLength` bytes; a bigint when it exceeds 2^53. */
  long(byteLength: number): number | bigint {
    if (byteLength > longestInteger) throw this.#damaged(`has an integer of ${byteLength} bytes`);
    const digits = this.take(byteLength);
    let value = 0n;
    for (let i = byteLength - 1; i >= 0; i--) value = (value << 8n) | BigInt(digits[i]!);
    value = BigInt.asIntN(8 * byteLength, value);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  text(byteLength: number): string {
    return new TextDecoder().decode(this.take(byteLength));
  }

  /** Text up to the next line feed. */
  line(): string {
    const length = Math.min(longestName, this.source.byteLength - this.position);
    const start = this.#load(length);
    const end = this.#window.subarray(start, start + length).indexOf(0x0a);
    if (end < 0) throw this.#damaged('ends within a name');
    const text = this.text(end);
    this.position++;
    return text;
  }

  take(byteLength: number): Uint8Array {
    const start = this.#advance(byteLength);
    return this.#window.subarray(start, start + byteLength);
  }

  /** Passes over `byteLength` bytes; returns where in the window they begin. */
  #advance(byteLength: number): number {
    if (this.position + byteLength > this.source.byteLength)
      throw this.#damaged('ends in the middle (truncated?)');
    const start = this.#load(byteLength);
    this.position += byteLength;
    return start;
  }

  /** Sees to it that the window holds the next `byteLength` bytes; returns where in it they begin. */
  #load(byteLength: number): number {
    const windowEnd = this.#windowStart + this.#window.length;
    if (this.position + byteLength > windowEnd) {
      const wanted = Math.max(byteLength, windowBytes);
      this.#windowStart = this.position;
      this.#window = this.source.read(
        this.position,
        Math.min(wanted, this.source.byteLength - this.position),
      );
      this.#view = new DataView(this.#window.buffer);
    }
    return this.position - this.#windowStart;
  }

  #damaged(how: string): TurboError {
    return new TurboError(`The pickle ${how}.`, {
      where: this.where,
      next: 'download or copy the file again',
    });
  }
}
