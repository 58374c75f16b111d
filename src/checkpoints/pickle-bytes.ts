/** The arguments of pickle opcodes, read one after another; the end of the bytes is an error, never an empty value. */
import { TurboError } from '../errors/turbo-error.js';

/** Python integers longer than this are no sizes, strides or step counts. */
const longestInteger = 64;

export class PickleBytes {
  position = 0;
  readonly #view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    readonly where: string,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  uint64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true));
  }

  /** Big-endian, unlike everything else in a pickle. */
  float64(): number {
    return this.#view.getFloat64(this.#advance(8), false);
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
    const end = this.bytes.indexOf(0x0a, this.position);
    if (end < 0) throw this.#damaged('ends within a name');
    const text = this.text(end - this.position);
    this.position = end + 1;
    return text;
  }

  take(byteLength: number): Uint8Array {
    const start = this.#advance(byteLength);
    return this.bytes.subarray(start, start + byteLength);
  }

  #advance(byteLength: number): number {
    const start = this.position;
    if (start + byteLength > this.bytes.length) throw this.#damaged('ends in the middle (truncated?)');
    this.position = start + byteLength;
    return start;
  }

  #damaged(how: string): TurboError {
    return new TurboError(`The pickle ${how}.`, {
      where: this.where,
      next: 'download or copy the file again',
    });
  }
}
