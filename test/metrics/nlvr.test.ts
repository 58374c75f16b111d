import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nlvrScores, statementOf } from '../../src/metrics/nlvr.js';

const example = (statement: string, isRight: boolean, label = true) => ({
  statement,
  label,
  predicted: isRight ? label : !label,
});

describe('NLVR2', () => {
  it('counts right examples, and statements that are right for all their image pairs', () => {
    const examples = [
      example('a', true),
      example('a', true, false),
      example('a', true),
      example('b', true),
      example('b', false, false),
      example('b', true),
      example('c', false),
      example('d', true, false),
    ];
    expect(nlvrScores(examples)).toEqual({ accuracy: 6 / 8, consistency: 2 / 4 });
  });

  it('finds the image pairs of one statement by their identifiers', () => {
    expect(statementOf('dev-850-0-1')).toBe(statementOf('dev-850-3-1'));
    expect(statementOf('dev-850-0-1')).not.toBe(statementOf('dev-850-0-0'));
    expect(statementOf('dev-850-0-1')).not.toBe(statementOf('dev-85-0-1'));
    expect(statementOf('test1-0-1-0')).not.toBe(statementOf('test2-0-1-0'));
  });

  it('does not depend on the order of the examples', () => {
    const any = fc.record({
      predicted: fc.boolean(),
      label: fc.boolean(),
      statement: fc.constantFrom('a', 'b', 'c'),
    });
    fc.assert(
      fc.property(fc.array(any, { minLength: 1 }), (examples) => {
        expect(nlvrScores(examples.toReversed())).toEqual(nlvrScores(examples));
      }),
    );
  });

  it('is as consistent as it is accurate where every statement has one image pair', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1 }), (rights) => {
        const { accuracy, consistency } = nlvrScores(
          rights.map((right, index) => example(String(index), right)),
        );
        expect(consistency).toBe(accuracy);
      }),
    );
  });

  it('refuses no examples, and an identifier of another form', () => {
    expect(() => nlvrScores([])).toThrow(/no statements to score/);
    expect(() => statementOf('850-0-1')).toThrow(/dev-850-0-1/);
  });
});
