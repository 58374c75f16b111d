/** Damage that an attacker or a bad disk does to a file: bytes changed, cut out, put in, and JSON whose values are not what they should be. */
import fc from 'fast-check';

/** Sizes and offsets at which readers that believe what they read go wrong. */
const TELLING_BYTES = [0x00, 0x01, 0x7f, 0x80, 0xff, 0x22, 0x5b, 0x7b, 0x2e, 0x28, 0x0a];

/** Names that every JavaScript object answers to, paths that leave a folder, and texts that are long or no words at all. */
export const TELLING_TEXTS = [
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'],
  ...['', '.', '..', '../outside', '../../../../etc/passwd', '/etc/passwd', 'a/../../outside', '..\\outside'],
  ...[
    'C:\\outside',
    'a\0b',
    '~/outside',
    'file:///etc/passwd',
    '\u202e',
    '\ud800',
    '<img src=x onerror=alert(1)>',
  ],
  ...['=1+1', '-0', '1e999', 'x'.repeat(5000), '(a+)+$', '\u001b[31m'],
];

const TELLING_VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -1, 0.5, 1e308, 2 ** 53, -(2 ** 31), Number.MAX_SAFE_INTEGER],
  ...TELLING_TEXTS,
  ...[[], {}, [[[[[[]]]]]], [null], { constructor: null }, [1, 'a', {}], Array(1000).fill(0)],
];

/** Some of `whole` with a few places damaged; now and then bytes that have nothing to do with it. */
export function damagedBytes(whole: Uint8Array): fc.Arbitrary<Uint8Array> {
  const place = fc.nat(Math.max(whole.length - 1, 0));
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 16 }),
    fc.constantFrom(...TELLING_BYTES.map((byte) => Uint8Array.of(byte))),
  );
  const wound = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        at: place,
        removed: fc.constant(1),
        put: bytes.map((some) => some.subarray(0, 1)),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        at: place,
        removed: fc.constantFrom(2, 4, 8),
        put: fc.constantFrom(0, 0xff).map((byte) => new Uint8Array(8).fill(byte)),
      }),
    },
    { weight: 2, arbitrary: fc.record({ at: place, removed: fc.nat(whole.length), put: bytes }) },
  );
  const wounded = fc.array(wound, { minLength: 1, maxLength: 4 }).map((wounds) =>
    wounds.reduce<Uint8Array>((left, { at, removed, put }) => {
      const from = Math.min(at, left.length);
      return Buffer.concat([
        left.subarray(0, from),
        put,
        left.subarray(Math.min(from + removed, left.length)),
      ]);
    }, whole),
  );
  return fc.oneof(
    { weight: 9, arbitrary: wounded },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  );
}

/** `value` with one to three of the values in it exchanged, left out, or beside keys that nobody expects. */
export function damagedJson(value: unknown): fc.Arbitrary<unknown> {
  const places = placesOf(value);
  const wound = fc.record({
    place: fc.constantFrom(...places),
    put: fc.constantFrom(...TELLING_VALUES),
    how: fc.constantFrom('exchange', 'exchange', 'remove', 'add'),
    key: fc.constantFrom(...TELLING_TEXTS),
  });
  return fc
    .array(wound, { minLength: 1, maxLength: 3 })
    .map((wounds) =>
      wounds.reduce((left, { place, put, how, key }) => wounded(left, place, { put, how, key }), value),
    );
}

interface Wound {
  readonly put: unknown;
  readonly how: string;
  readonly key: string;
}

/** A copy with the value at `place` treated so; a place that is no longer there is left. */
function wounded(value: unknown, [step, ...rest]: readonly string[], wound: Wound): unknown {
  if (step === undefined)
    return wound.how === 'remove' ? null : wound.how === 'add' ? added(value, wound) : wound.put;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value))
    return value.flatMap((item: unknown, at) => {
      if (String(at) !== step) return [item];
      return rest.length === 0 && wound.how === 'remove' ? [] : [wounded(item, rest, wound)];
    });
  const entries = Object.entries(value).flatMap(([key, item]) => {
    if (key !== step) return [[key, item] as const];
    return rest.length === 0 && wound.how === 'remove' ? [] : [[key, wounded(item, rest, wound)] as const];
  });
  return Object.fromEntries(entries);
}

/** `JSON.parse` makes an own property of `__proto__`, and so does this. */
function added(value: unknown, { put, key }: Wound): unknown {
  if (Array.isArray(value)) return [...(value as unknown[]), put];
  if (typeof value !== 'object' || value === null) return put;
  return Object.fromEntries([...Object.entries(value), [key, put]]);
}

/** The paths of all values in `value`, itself first; of long lists the first few entries. */
function placesOf(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]];
  const entries = Object.entries(value).slice(0, 30);
  return [[], ...entries.flatMap(([key, item]) => placesOf(item).map((rest) => [key, ...rest]))];
}
