import { describe, expect, it } from 'vitest';
import { auditSummary } from '../../src/command-line/audit-table.js';
import { chartsOfText } from '../../src/command-line/charts-of-text.js';
import { counted } from '../../src/command-line/counted.js';
import { reductionFrom } from '../../src/command-line/model-flags.js';
import { endedLine, progressListener, progressScreen } from '../../src/command-line/progress.js';
import { textTable, withPrefix } from '../../src/command-line/text-table.js';
import type { PlannedTrial } from '../../src/runner/plan.js';
import { formatSeconds, remainingTime } from '../../src/runner/remaining-time.js';
import { rowWith, trialLine } from '../runner/row.js';

const TRIAL = { id: '0a1b2c3d', label: 'emoji-clip retrieval tome tokensPerLayer=4' } as PlannedTrial;

function screen(isTTY: boolean) {
  const written: string[] = [];
  const listener = progressListener({ isTTY, columns: 60, write: (text) => written.push(text) });
  listener.started(TRIAL, { number: 1, total: 3 }, 95);
  listener.progressed(16, 400);
  listener.ended(TRIAL, trialLine('a'));
  listener.finish();
  return written;
}

describe('progressListener', () => {
  it('rewrites one line on a terminal, cut to its width, with the time that is left', () => {
    const written = screen(true);
    expect(written[0]!.startsWith('\r\u001b[2K[1/3] emoji-clip')).toBe(true);
    for (const text of written.slice(0, 2)) expect(text.replace('\r\u001b[2K', '').length).toBeLessThan(60);
    expect(written.filter((text) => text.includes('\n'))).toHaveLength(1);
  });

  it('writes one plain line for each trial into a pipe', () => {
    expect(screen(false)).toEqual([
      '0a1b2c3d emoji-clip retrieval tome tokensPerLayer=4: 100 images/s, 1.20× (1.10–1.30), recallAt1ImageToText 0.500\n',
    ]);
  });

  it('says why a trial is not good', () => {
    const row = rowWith({ status: 'invalid', reason: 'noise', metrics: {}, metricsNote: 'random weights' });
    expect(endedLine(TRIAL, row)).toMatch(/: invalid, 100 images\/s, .*, random weights, noise$/);
  });
});

describe('progressScreen', () => {
  const isRewritten = (isTTY: boolean, json: boolean, terminal?: string): boolean =>
    progressScreen({ isTTY, write: () => true }, { json, terminal }).isTTY;

  it('rewrites lines on a terminal that can, and nowhere else', () => {
    expect(isRewritten(true, false, 'xterm-256color')).toBe(true);
    expect(isRewritten(true, false)).toBe(true);
    expect(isRewritten(true, false, 'dumb')).toBe(false);
    expect(isRewritten(true, true, 'xterm-256color')).toBe(false);
    expect(isRewritten(false, false, 'xterm-256color')).toBe(false);
  });
});

describe('counted', () => {
  it('speaks of one thing and of many', () => {
    expect([counted(0, 'trial'), counted(1, 'trial'), counted(2, 'entry', 'entries')]).toEqual([
      '0 trials',
      '1 trial',
      '2 entries',
    ]);
    expect(auditSummary([{ result: 'passed' } as never])).toBe('1 of 1 trial passed, 0 failed.');
  });
});

describe('remainingTime', () => {
  it('follows the estimate at first and what happened later', () => {
    const clock = remainingTime();
    expect(clock.left(100)).toBe(100);
    for (let trial = 0; trial < 50; trial++) clock.finished(10, 20);
    expect(clock.left(100)).toBeCloseTo(200, -1);
  });

  it('is told in words', () => {
    expect([4.4, 60, 200, 3600, 7500].map(formatSeconds)).toEqual([
      '4 s',
      '1 min',
      '3 min 20 s',
      '1 h',
      '2 h 5 min',
    ]);
  });
});

describe('textTable', () => {
  it('sets columns under their headings, numbers flush right', () => {
    expect(
      textTable(
        ['name', 'n'],
        [
          ['a', '1'],
          ['long', '100'],
        ],
        [1],
      ),
    ).toBe('name    n\n----  ---\na       1\nlong  100');
  });

  it('writes large numbers with a prefix', () => {
    expect([5, 999, 1500, 86_567_656, 1.27e9, 123.4e9].map(withPrefix)).toEqual([
      '5',
      '999',
      '1.50 k',
      '86.6 M',
      '1.27 G',
      '123 G',
    ]);
  });
});

describe('reductionFrom', () => {
  it('reads YAML and JSON, and is none when there is nothing', () => {
    expect(reductionFrom(undefined)).toEqual({ method: 'none' });
    expect(reductionFrom('{method: tome, tokensPerLayer: 8}')).toEqual(
      reductionFrom('{"method": "tome", "tokensPerLayer": 8}'),
    );
  });

  it('says what is wrong with another text', () => {
    expect(() => reductionFrom('{method: tomme, tokensPerLayer: 8}')).toThrow('did you mean tome');
    expect(() => reductionFrom('{method: tome')).toThrow('--reduction is not valid YAML');
    expect(() => reductionFrom('{method: tome, tokensPerLayer: -1}')).toThrow('parameters of tome');
  });
});

describe('chartsOfText', () => {
  it('takes the charts of an experiment, and the default of any other text', () => {
    expect(chartsOfText('charts: [trade-off]')).toEqual(['trade-off']);
    expect(chartsOfText('charts: none')).toEqual([]);
    for (const text of [undefined, '', 'charts: default', '[', 'name: x'])
      expect(chartsOfText(text)).toBe('default');
  });
});
