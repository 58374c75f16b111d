import { describe, expect, it } from 'vitest';
import { textPath, textWidth } from '../../src/report/glyphs.js';
import { outlineText } from '../../src/report/outline-text.js';

const STYLE = { fontSize: 12, weight: 400 } as const;

describe('text as shapes', () => {
  it('is wider in bold and grows with its size', () => {
    expect(textWidth('Turbo', { ...STYLE, weight: 600 })).toBeGreaterThan(textWidth('Turbo', STYLE));
    expect(textWidth('Turbo', { ...STYLE, fontSize: 24 })).toBeCloseTo(2 * textWidth('Turbo', STYLE), 9);
    expect(textWidth('', STYLE)).toBe(0);
  });

  it.each([...'αβγρ×·–−%÷±é→≥8'])(
    'has a shape for %s, and not the box of a missing character',
    (character) => {
      expect(textPath(character, 0, 0, STYLE)).not.toBe(textPath('\u{1F9EA}', 0, 0, STYLE));
    },
  );

  it('never runs two numbers of a path together', () => {
    for (const x of [0, -3.7885, 0.0011]) {
      const numbers = textPath('8', x, 0, STYLE).match(/-?\d+(\.\d+)?/g)!;
      for (const number of numbers) expect(number).toMatch(/^-?\d+\.\d\d$/);
    }
  });
});

describe('an SVG without text', () => {
  it('has a path for every text, at its anchor', () => {
    const svg =
      '<svg><text text-anchor="end" font-size="12px" fill="#123456" transform="translate(9,9)">r &lt; 8</text></svg>';
    const outlined = outlineText(svg);
    expect(outlined).not.toContain('<text');
    expect(outlined).toContain('<path transform="translate(9,9)" fill="#123456" d="M-');
  });

  it('sets each line of a text below the one before', () => {
    const outlined = outlineText(
      '<text font-size="10px"><tspan>x</tspan><tspan x="0" dy="12">x</tspan></text>',
    );
    const first = textPath('x', 0, 0, { fontSize: 10, weight: 400 });
    const second = textPath('x', 0, 12, { fontSize: 10, weight: 400 });
    expect(outlined).toBe(`<path d="${first}${second}"/>`);
  });
});
