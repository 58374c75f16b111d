import { describe, expect, it } from 'vitest';
import { checkFeeds, checkOutputs } from '../../src/engines/feeds.js';
import { tensorData } from '../../src/engines/index.js';
import { BATCH, exp, graph, input } from '../../src/graph/index.js';

const x = input('pixel_values', 'float32', [BATCH, 3]);
const rows = input('rows', 'int64', [{ symbol: 'batch', times: 2 }]);
const network = graph('net', [x, rows], { y: exp(x), rows });
const floats = (count: number, width = 3) => tensorData(new Float32Array(count * width), [count, width]);
const integers = (count: number) => tensorData(new BigInt64Array(count), [count]);

describe('feeds', () => {
  it('bind the symbols of the graph', () => {
    expect(checkFeeds(network, { pixel_values: floats(4), rows: integers(8) })).toEqual({ batch: 4 });
  });

  it('must be known, with a suggestion for a mistyped one', () => {
    expect(() => checkFeeds(network, { pixel_value: floats(4), rows: integers(8) })).toThrow(
      'did you mean pixel_values',
    );
  });

  it('must be complete', () => {
    expect(() => checkFeeds(network, { pixel_values: floats(4) })).toThrow(
      'needs a value for its input rows',
    );
  });

  it.each([
    ['a wrong size', { pixel_values: floats(4, 5), rows: integers(8) }],
    ['a wrong rank', { pixel_values: tensorData(new Float32Array(12), [12]), rows: integers(8) }],
    ['a wrong dtype', { pixel_values: tensorData(new Int32Array(12), [4, 3]), rows: integers(8) }],
    ['sides that contradict each other', { pixel_values: floats(4), rows: integers(9) }],
    ['too few values', { pixel_values: { ...floats(4), data: new Float32Array(11) }, rows: integers(8) }],
    ['another array', { pixel_values: { ...floats(4), data: new Int32Array(12) }, rows: integers(8) }],
  ])('are refused for %s', (_, feeds) => {
    expect(() => checkFeeds(network, feeds)).toThrow(/pixel_values|rows/);
  });
});

it('wants all outputs by default and refuses unknown ones', () => {
  expect(checkOutputs(network, undefined)).toEqual(['y', 'rows']);
  expect(checkOutputs(network, ['rows'])).toEqual(['rows']);
  expect(() => checkOutputs(network, ['row'])).toThrow('did you mean rows');
});
