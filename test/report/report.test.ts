import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from '../../src/report/report.js';
import { classificationRows } from './example-rows.js';

const CHART = 'trade-off-emoji-clip-classification-emoji-objects';

describe('a report', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'turbo-report-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('has the table, the CSV and each chart in three forms', async () => {
    const { files, missingCharts } = await renderReport(classificationRows(), folder, {
      charts: ['trade-off'],
    });
    expect(files).toEqual([
      'results.csv',
      'tables.md',
      'report.html',
      ...['vl.json', 'svg', 'png'].map((form) => `charts/${CHART}.${form}`),
    ]);
    expect(missingCharts).toEqual([]);
    expect(await readFile(join(folder, `charts/${CHART}.svg`), 'utf8')).toContain('>Turbo, α = 5</text>');
  });

  it('has charts about 800 pixels wide at twice the density, with dark text on white', async () => {
    const image = sharp(join(folder, `charts/${CHART}.png`));
    const { width, channels } = await image.metadata();
    expect(Math.abs(width / 2 - 800)).toBeLessThan(12);
    expect(channels).toBe(3);
    const darkest = async (left: number, top: number, wide: number, high: number): Promise<number> => {
      const part = await image.clone().extract({ left, top, width: wide, height: high }).raw().toBuffer();
      return Math.min(...part);
    };
    expect(await darkest(0, 0, 24, 24)).toBe(255);
    expect(await darkest(32, 24, 400, 40)).toBeLessThan(60);
  });

  it('is the same, byte for byte, when it is rendered again', async () => {
    const before = await readFile(join(folder, `charts/${CHART}.png`));
    await renderReport(classificationRows(), folder, { charts: ['trade-off'] });
    expect(before.equals(await readFile(join(folder, `charts/${CHART}.png`)))).toBe(true);
  });

  it('says which chart has no data, and removes charts that are no longer drawn, and nothing else', async () => {
    await writeFile(join(folder, 'charts/notes.txt'), 'mine');
    const { missingCharts } = await renderReport(classificationRows(), folder, {
      charts: ['semantic-validity'],
    });
    expect(missingCharts.map(({ name }) => name)).toEqual(['semantic-validity']);
    expect(await readdir(join(folder, 'charts'))).toEqual(['notes.txt']);
  });

  it('cannot be written where a file stands in the way', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(renderReport([], join(folder, 'file'))).rejects.toThrow(
      /cannot be written there[\s\S]*--out/,
    );
  });

  it('cannot be written where a folder has the name of one of its files', async () => {
    await mkdir(join(folder, 'taken', 'results.csv'), { recursive: true });
    await expect(renderReport([], join(folder, 'taken'))).rejects.toThrow('cannot be written there');
  });
});
