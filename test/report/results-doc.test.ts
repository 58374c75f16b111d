import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CHARTS } from '../../src/report/charts/registry.js';
import {
  CONDITION_COLUMNS,
  type CsvColumn,
  comparisonColumns,
  IDENTITY_COLUMNS,
  MEASURED_COLUMNS,
  METRIC_COLUMNS,
  PARAMETER_COLUMNS,
  PICTURE_COLUMNS,
  PRECISION_COLUMNS,
  RESOURCE_COLUMNS,
  TEXT_SIDE_COLUMNS,
  TIMING_COLUMNS,
} from '../../src/report/csv-columns.js';

const text = readFileSync(new URL('../../docs/results.md', import.meta.url), 'utf8');

/** First cells of the table below a heading, without their code marks. */
function namesBelow(heading: string): string[] {
  const section = text.split(`\n## ${heading}\n`)[1]!.split('\n## ')[0]!;
  const lines = section.split('\n').filter((line) => line.startsWith('| `'));
  return lines.map((line) => line.split('`')[1]!);
}

describe('docs/results.md', () => {
  it.each<[string, readonly Omit<CsvColumn, 'cell'>[]]>([
    ['What the trial is', IDENTITY_COLUMNS],
    [
      'What was measured',
      [
        ...MEASURED_COLUMNS,
        ...CONDITION_COLUMNS,
        ...TIMING_COLUMNS,
        ...RESOURCE_COLUMNS,
        ...PRECISION_COLUMNS,
        ...TEXT_SIDE_COLUMNS,
        ...PICTURE_COLUMNS,
      ],
    ],
    ['Metrics', METRIC_COLUMNS],
  ])('has the very columns of the code under %s, with unit and meaning', (heading, columns) => {
    expect(namesBelow(heading)).toEqual(columns.map(({ name }) => name));
    for (const { name, unit, meaning } of columns) {
      const line = text.split('\n').find((candidate) => candidate.startsWith(`| \`${name}\``))!;
      expect(
        line
          .split('|')
          .map((cell) => cell.trim())
          .slice(2, 4),
      ).toEqual([unit, meaning]);
    }
  });

  it('tells the columns of differences by their suffixes', () => {
    const section = text.split('\n# Differences to the unreduced model\n')[1]!.split('\n# ')[0]!;
    const rows = section.split('\n').filter((line) => line.startsWith('| `'));
    expect(
      rows.map((line) =>
        line
          .split('|')
          .map((cell) => cell.replaceAll('`', '').trim())
          .slice(1, 4),
      ),
    ).toEqual(comparisonColumns('').map(({ name, unit, meaning }) => [name, unit, meaning]));
  });

  it('lists the parameters in the order of their columns', () => {
    const list = PARAMETER_COLUMNS.map(({ name }) => `\`${name}\``).join(', ');
    expect(text.replaceAll(/\s+/g, ' ')).toContain(list);
  });

  it('lists every chart with its question', () => {
    expect(namesBelow('Charts')).toEqual(CHARTS.map(({ name }) => name));
    for (const { question } of CHARTS) expect(text).toContain(question);
  });
});
