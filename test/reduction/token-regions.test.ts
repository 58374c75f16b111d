import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  followTokens,
  regionsOf,
  rowsOfKept,
  rowsOfPairs,
  type TokenRows,
} from '../../src/reduction/token-regions.js';

/** Tokens as the sets of first tokens that they stand for, and what happened to them, written down without any rows. */
interface Told {
  readonly tokens: readonly (readonly number[])[];
  readonly rows: TokenRows;
}

/** One block of DESIGN §4: even positions give, odd ones receive; unmerged sources first, then all destinations; class and distillation token lead. */
function merged(tokens: Told['tokens'], leading: number, r: number, pick: (below: number) => number): Told {
  const positions = [...tokens.keys()];
  const free = positions.filter((at) => at % 2 === 0 && at >= leading);
  const receiving = positions.filter((at) => at % 2 === 1 && at >= leading);
  const goes = new Map<number, number>();
  for (let left = Math.min(r, free.length); left > 0 && receiving.length > 0; left--)
    goes.set(free.splice(pick(free.length), 1)[0]!, receiving[pick(receiving.length)]!);
  const protectedFirst = positions.slice(0, leading);
  const order = [
    ...protectedFirst,
    ...free,
    ...positions.filter((at) => at % 2 === 1 && !protectedFirst.includes(at)),
  ];
  const received = (at: number) => [...goes].filter(([, to]) => to === at).map(([from]) => from);
  return {
    tokens: order.map((at) => [at, ...received(at)].flatMap((one) => tokens[one]!)),
    rows: positions.map((at) => order.indexOf(goes.get(at) ?? at)),
  };
}

function dropped(tokens: Told['tokens'], leading: number, r: number, pick: (below: number) => number): Told {
  const kept = [...tokens.keys()];
  for (let left = r; left > 0 && kept.length > leading + 1; left--)
    kept.splice(leading + pick(kept.length - leading), 1);
  return { tokens: kept.map((at) => tokens[at]!), rows: rowsOfKept(tokens.length, kept) };
}

const histories = fc.record({
  leading: fc.integer({ min: 0, max: 2 }),
  patches: fc.integer({ min: 4, max: 30 }),
  blocks: fc.array(fc.record({ drops: fc.boolean(), r: fc.integer({ min: 0, max: 6 }) }), { maxLength: 5 }),
  picks: fc.infiniteStream(fc.nat()),
});

describe('the regions of a sequence of blocks', () => {
  it('are the sets of patches that merging in the order of DESIGN §4 makes', () => {
    fc.assert(
      fc.property(histories, ({ leading, patches, blocks, picks }) => {
        const pick = (below: number): number => picks.next().value! % below;
        let tokens: Told['tokens'] = Array.from({ length: leading + patches }, (_, at) => [at]);
        const rows: TokenRows[] = [];
        for (const { drops, r } of blocks) {
          const told = (drops ? dropped : merged)(tokens, leading, r, pick);
          tokens = told.tokens;
          rows.push(told.rows);
        }
        const places = followTokens(leading + patches, rows);
        const { ofPatch, sizes } = regionsOf(places.at(-1)!, leading);
        const wanted = tokens
          .slice(leading)
          .map((token) => token.map((at) => at - leading).sort((a, b) => a - b))
          .sort((a, b) => a[0]! - b[0]!);
        const found = sizes.map((_, region) =>
          [...ofPatch.keys()].filter((patch) => ofPatch[patch] === region),
        );
        expect(found).toEqual(wanted);
      }),
    );
  });

  it('give every patch one region or none, and areas that are the sizes of the tokens', () => {
    fc.assert(
      fc.property(histories, ({ leading, patches, blocks, picks }) => {
        const pick = (below: number): number => picks.next().value! % below;
        let tokens: Told['tokens'] = Array.from({ length: leading + patches }, (_, at) => [at]);
        const rows = blocks.map(({ drops, r }) => {
          const told = (drops ? dropped : merged)(tokens, leading, r, pick);
          tokens = told.tokens;
          return told.rows;
        });
        for (const places of followTokens(leading + patches, rows)) {
          const { ofPatch, sizes } = regionsOf(places, leading);
          expect(ofPatch).toHaveLength(patches);
          const areas = sizes.map((_, region) => ofPatch.filter((one) => one === region).length);
          expect(areas).toEqual(sizes);
          const blank = ofPatch.filter((region) => region === null).length;
          expect(sizes.reduce((sum, size) => sum + size, blank)).toBe(patches);
        }
      }),
    );
  });

  it('refuse a patch in the row of the class token', () => {
    expect(() => regionsOf([0, 1, 0, 2], 1)).toThrow('patch 1 is in row 0');
  });

  it('stand for the class token of which a text let go as for no patch', () => {
    expect(regionsOf([null, 0, null, 1], 1)).toEqual({ ofPatch: [0, null, 1], sizes: [1, 1] });
  });
});

describe('tokens that are merged where they are', () => {
  it('share the place of their destination, and the others keep theirs', () => {
    const rows = rowsOfPairs(6, [0, 3, 5], [1, 1, 4]);
    expect(rows).toEqual([1, 1, 2, 1, 4, 4]);
    expect(regionsOf(rows, 0)).toEqual({ ofPatch: [0, 0, 1, 0, 2, 2], sizes: [3, 1, 2] });
  });
});
