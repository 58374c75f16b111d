import MarkdownIt from 'markdown-it';
import { describe, expect, it } from 'vitest';
import { methodHue } from '../../src/report/charts/palette.js';
import { markdownTable } from '../../src/report/markdown-table.js';
import { renderTables } from '../../src/report/tables.js';
import { classificationRows, exampleRow, randomWeightRows, retrievalRows } from './example-rows.js';

const cellsOf = (line: string) => line.split(/(?<!\\)\|/).map((cell) => cell.trim());

describe('tables.md', () => {
  it('is as reviewed for four trials', async () => {
    const rows = classificationRows().filter(({ trial }) =>
      ['00a1', 't5-12', 'tome-12', 'pruning-12'].includes(trial),
    );
    await expect(renderTables(rows)).toMatchFileSnapshot('../fixtures/report/tables.md');
  });

  it('has one table per model, task and dataset, the baseline first', () => {
    const tables = renderTables([...classificationRows(), ...retrievalRows()])
      .split('\n## ')
      .slice(1);
    expect(tables).toHaveLength(2);
    for (const table of tables) expect(cellsOf(table.split('\n')[4]!)[1]).toBe('No reduction');
  });

  it('tells the difference to the baseline in percentage points', () => {
    const table = renderTables(classificationRows());
    expect(table).toContain('71.4 (−2.3)');
    expect(table).not.toContain('(−0.0)');
  });

  it('strikes an invalid trial through and gives its reason', () => {
    const line = renderTables(classificationRows())
      .split('\n')
      .find((text) => text.includes('~~Pruning~~'))!;
    expect(line).toContain('~~64.1 (−9.6)~~');
    expect(line).toMatch(/\| invalid: timings scatter by 14\.2 %/);
  });

  it('compares with no baseline that is not valid itself', () => {
    const rows = classificationRows().map((row) =>
      row.method === 'none' ? { ...row, status: 'invalid' as const, reason: 'too few runs' } : row,
    );
    expect(renderTables(rows)).not.toContain('(−2.3)');
  });

  it('says random weights instead of an accuracy', () => {
    const table = renderTables(randomWeightRows());
    expect(table).not.toContain('top-1');
    expect(table).toContain('| random weights');
  });

  it('keeps a failed trial with its reason and tells what a completed one should have told', () => {
    const rows = [
      exampleRow({ metrics: { top1: 0.5 }, reason: 'r was clipped to 98' }),
      exampleRow({ method: 'turbo', status: 'failed', reason: 'the worker ended\nwith signal | 9' }),
    ];
    const table = renderTables(rows);
    expect(table).toContain('failed: the worker ended with signal \\| 9');
    expect(table).toContain('| r was clipped to 98');
  });

  it('renders a run without trials', () => {
    expect(renderTables([])).toContain('# Results of an empty run');
  });
});

describe('a Markdown table', () => {
  it('pads its columns so that it is legible as text', () => {
    const columns = [
      { heading: 'name', align: 'left' },
      { heading: 'n', align: 'right' },
    ] as const;
    expect(
      markdownTable(columns, [
        ['long name', '1'],
        ['b', '20'],
      ]),
    ).toBe(
      ['| name      |   n |', '| --------- | --: |', '| long name |   1 |', '| b         |  20 |'].join('\n'),
    );
  });

  it('makes no HTML of what names and reasons hold, in any viewer', () => {
    const evil = '<img src=x onerror=alert(1)> </table><!-- r < 3';
    const text = renderTables(
      [exampleRow({ model: evil, reason: evil, status: 'failed', experiment: evil })],
      [evil],
    );
    const html = new MarkdownIt({ html: true }).render(text);
    expect(text).not.toMatch(/(?<!\\)<[A-Za-z/!]/);
    expect(html).not.toMatch(/<img|onerror[^<]*(?<!&gt;)>|<!--/);
    expect(html).toContain('&lt;img src=x');
    expect(html).toContain('r &lt; 3');
  });

  it('takes no name for one that every object of JavaScript answers to', () => {
    const rows = ['constructor', '__proto__', 'toString'].map((name) =>
      exampleRow({ method: name, parameters: { [name]: 1 }, metrics: { [name]: 0.5 } }),
    );
    const table = renderTables(rows);
    for (const name of ['constructor', '__proto__', 'toString']) expect(table).toContain(`| ${name} `);
    expect(methodHue('constructor', 0)).toMatch(/^#[0-9a-f]{6}$/i);
  });
});
