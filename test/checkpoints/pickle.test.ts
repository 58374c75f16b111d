import { describe, expect, it } from 'vitest';
import { type PickleGlobal, unpickle } from '../../src/checkpoints/pickle.js';
import { PickleBytes } from '../../src/checkpoints/pickle-bytes.js';
import { refusal } from './refusal.js';

const double: PickleGlobal = { name: 'math.double', call: ([value]) => 2 * (value as number) };

/** The bytes of latin-1 text, read by range. */
function bytesOf(text: string): PickleBytes {
  const bytes = Uint8Array.from(Buffer.from(text, 'latin1'));
  const read = (offset: number, length: number) => bytes.slice(offset, offset + length);
  return new PickleBytes({ byteLength: bytes.length, read }, 'test.pkl');
}

/** Runs a pickle given as latin-1 text. */
function run(program: string | PickleBytes): unknown {
  return unpickle(typeof program === 'string' ? bytesOf(program) : program, {
    globals: new Map([double, { name: 'torch.FloatStorage' }].map((global) => [global.name, global])),
    persistentLoad: (id) => ({ id }),
  });
}

// The programs are what Python 3.11's `pickle.dumps` gives for the values named.
describe('unpickle', () => {
  it.each<[string, string, unknown]>([
    ['None', '\x80\x02N.', null],
    ['[True, False]', '\x80\x02]q\x00(\x88\x89e.', [true, false]],
    ['-1', '\x80\x02J\xff\xff\xff\xff.', -1],
    ['65535', '\x80\x02M\xff\xff.', 65535],
    ['2**40', '\x80\x02\x8a\x06\x00\x00\x00\x00\x00\x01.', 2 ** 40],
    ['-2**70', '\x80\x02\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00\xc0.', -(2n ** 70n)],
    ['0.5', '\x80\x02G?\xe0\x00\x00\x00\x00\x00\x00.', 0.5],
    ["('é',)", '\x80\x02X\x02\x00\x00\x00\xc3\xa9q\x00\x85q\x01.', ['é']],
    [
      "{'a': 1} of protocol 4",
      '\x80\x04\x95\x0a\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x01a\x94K\x01s.',
      new Map([['a', 1]]),
    ],
    [
      '{1, 2} of protocol 4',
      '\x80\x04\x95\x09\x00\x00\x00\x00\x00\x00\x00\x8f\x94(K\x01K\x02\x90.',
      new Set([1, 2]),
    ],
  ])('builds %s', (_, program, value) => {
    expect(run(program)).toEqual(value);
  });

  it('lets two names stand for one object', () => {
    const [first, second] = run('\x80\x02]q\x00(]q\x01h\x01e.') as unknown[];
    expect(first).toBe(second);
  });

  it('calls what the list allows, and hands persistent ids on', () => {
    expect(run('\x80\x02cmath\ndouble\nK\x04\x85R.')).toBe(8);
    expect(run('\x80\x02K\x04Q.')).toEqual({ id: 4 });
  });

  it('reads pickles one after another, also such that are longer than its window', () => {
    const long = `\x80\x02(${'X\x0a\x00\x00\x000123456789'.repeat(20_000)}l.`;
    const bytes = bytesOf(`\x80\x02K\x01.${long}\x80\x02cmath\ndouble\nK\x04\x85R.`);
    expect(run(bytes)).toBe(1);
    expect(run(bytes)).toEqual(Array(20_000).fill('0123456789'));
    expect(run(bytes)).toBe(8);
    expect(bytes.position).toBe(bytes.source.byteLength);
  });

  it.each([
    ['a global outside the list', 'cos\nsystem\n.', 'os.system'],
    ['a global outside the list, from the stack', '\x8c\x02os\x8c\x06system\x93.', 'os.system'],
    ['a name of the host language', 'cObject\nconstructor\n.', 'Object.constructor'],
    ['a call of something that may only be mentioned', 'ctorch\nFloatStorage\n)R.', 'torch.FloatStorage'],
    ['a call of data', 'K\x01)R.', 'It calls'],
    ['opcodes that instantiate by name (INST)', '(ios\nsystem\n.', '0x69'],
    ['opcodes that instantiate by name (OBJ)', '(K\x01o.', '0x6f'],
    ['extension registries', '\x82\x01.', '0x82'],
    ['setting attributes of data', 'K\x01}b.', 'attributes'],
    ['an empty stack', '.', 'stack'],
    ['an empty memo', 'h\x05.', 'memo 5'],
    ['a mark that was never set', 'e.', 'mark'],
    ['appending to a number', 'K\x01K\x02a.', 'not a list'],
    ['one key of a dict twice', '}X\x01\x00\x00\x00aK\x01sX\x01\x00\x00\x00aK\x02s', '"a" of a dict twice'],
    ['one key of a dict twice at once', '}(K\x01K\x01K\x01K\x02u.', 'a key of a dict twice'],
    ['a global by a nested list', `${']'.repeat(9000)}${'a'.repeat(8999)}N\x93.`, 'not a name'],
    ['a name without an end', `c${'a'.repeat(10_000)}`, 'ends within a name'],
    ['setting items of a list', ']K\x02K\x02s.', 'not a dict'],
    ['the end in the middle of a number', 'J\x01', 'ends in the middle'],
    ['a text longer than the file', 'X\xff\xff\xff\x7fa.', 'ends in the middle'],
    ['an integer longer than any size', '\x8b\xff\xff\xff\x7f.', 'integer of 2147483647 bytes'],
    ['no end', ']', 'ends in the middle'],
  ])('refuses %s', async (_, program, said) => {
    const error = await refusal(() => run(`\x80\x02${program}`));
    expect(error.message).toContain(said);
    expect(error.parts.where).toBe('test.pkl');
  });
});
