import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import Reproduce from '../../src/commands/reproduce.js';
import { printed } from './printed.js';
import { type SmallWorld, smallWorld } from './small-world.js';

const table = {
  id: 'tiny-table',
  title: 'A tiny table',
  source: { what: 'nobody', url: 'https://example.org/table' },
  model: 'ViT',
  dataset: 'tiny',
  hardware: 'an abacus of 1900',
  settings: {},
  columns: [
    { name: 'method', unit: '' },
    { name: 'top1', unit: '%', higherIsBetter: true },
    { name: 'imagesPerSecond', unit: 'images/s', higherIsBetter: true },
  ],
  rows: [
    ['none', 80, 100],
    ['tome', 79, 150],
  ],
  notes: ['Nobody measured this.'],
  reproduction: {
    experiment: 'experiments/tiny.yaml',
    columns: [
      { column: 'top1', measured: 'top1', factor: 100, compare: 'accuracy' },
      { column: 'imagesPerSecond', measured: 'imagesPerSecond', compare: 'speed' },
    ],
    rows: [
      { published: { method: 'none' }, trial: { model: 'vit', method: 'none' } },
      {
        published: { method: 'tome' },
        trial: { model: 'vit', method: 'tome', parameters: { tokensPerLayer: 4 } },
      },
    ],
  },
};
const experiment = {
  name: 'tiny',
  models: ['./models/vit'],
  tasks: [{ task: 'classification', dataset: 'tiny' }],
  reduction: [{ method: 'tome', tokensPerLayer: 4 }],
  measure: {
    ...{ batchSize: 4, minSeconds: 0, minRuns: 5, warmupSeconds: 0 },
    ...{ memory: false, energy: false, peak: false },
  },
  engine: { name: 'fake', threads: 1, sessionOptions: { latencyMs: 1 } },
  charts: 'none',
};

let world: SmallWorld;
beforeAll(async () => {
  world = await smallWorld();
  mkdirSync(join(world.folder, 'reports/reference'), { recursive: true });
  mkdirSync(join(world.folder, 'experiments'));
  writeFileSync(join(world.folder, 'reports/reference/tiny-table.json'), JSON.stringify(table));
  writeFileSync(join(world.folder, 'experiments/tiny.yaml'), JSON.stringify(experiment));
});

interface Figure {
  readonly column: string;
  readonly kind: string;
  readonly published: number;
  readonly measured: number | null;
}

// Every run starts two or more processes, which takes its time on a busy machine.
describe('turbo-bench reproduce', { timeout: 240_000 }, () => {
  it('runs the experiment and writes what it measures beside what was published, as every report of it does again until all is run afresh', async () => {
    const { code, stdout } = await world.start('reproduce', 'tiny-table', '--json').finished;
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    const figures: Figure[] = document.figures;
    expect(figures.map(({ column, kind }) => `${column} ${kind}`)).toEqual([
      'top1 value',
      'top1 value',
      'top1 change',
      'imagesPerSecond multiple',
    ]);
    expect(figures.map(({ published }) => published)).toEqual([80, 79, -1, 1.5]);
    expect(figures.every(({ measured }) => typeof measured === 'number')).toBe(true);
    expect(document.conditions[0]).toMatchObject({ condition: 'device', published: 'an abacus of 1900' });
    expect(document.folder).toBe('reports/tiny');
    const page = readFileSync(join(world.folder, 'reports/tiny/reproduction.md'), 'utf8');
    expect(page).toContain('# A tiny table');
    expect(page).toContain('| tome          | top1, %                   |     79.00 |');
    for (const file of ['journal.jsonl', 'results.csv', 'tables.md'])
      expect(existsSync(join(world.folder, 'reports/tiny', file))).toBe(true);

    rmSync(join(world.folder, 'reports/tiny/reproduction.md'));
    expect((await world.start('report', 'reports/tiny').finished).code).toBe(0);
    expect(readFileSync(join(world.folder, 'reports/tiny/reproduction.md'), 'utf8')).toBe(page);

    rmSync(join(world.folder, 'reports/tiny/reproduction.md'));
    expect((await world.start('run', 'experiments/tiny.yaml', '--fresh').finished).code).toBe(0);
    expect(existsSync(join(world.folder, 'reports/tiny/reproduction.md'))).toBe(false);
  });
});

describe('turbo-bench reproduce, asked for what it cannot do,', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    process.exitCode = undefined;
  });
  const said = (...args: string[]): Promise<string> => {
    vi.stubEnv('TURBO_BENCH_DATA', join(world.folder, 'nothing-here'));
    return printed(() => Reproduce.run(args, new URL('../../package.json', import.meta.url).href));
  };

  it('suggests the name that was probably meant', async () => {
    expect(await said('tome-readme-augerg')).toContain('(did you mean tome-readme-augreg?)');
    expect(process.exitCode).toBe(2);
  });

  it('lists the one table that is named', async () => {
    const text = await said('tome-readme-augreg', '--list');
    expect(text).toMatch(/^table .*\n-.*\ntome-readme-augreg .*\n\nMissing here:\n {2}data imagenet: /);
    expect(text).not.toContain('Without an experiment');
    expect(await said('mae-finetune', '--list')).toMatch(
      /^Without an experiment of ours:\n {2}mae-finetune: .*\n?$/,
    );
    expect(await said('tome-readme-augerg', '--list')).toContain('(did you mean tome-readme-augreg?)');
  });

  it('asks which table is meant', async () => {
    expect(await said()).toContain('Which table is to be reproduced?');
  });

  it('says why a table has no experiment', async () => {
    expect(await said('mae-finetune')).toMatch(
      /no experiment for this table\. turbo-bench does not read.*--list/s,
    );
  });

  it('says what is missing, how to come by it, and what can be run without', async () => {
    const text = await said('tome-readme-augreg');
    expect(text).toMatch(/something is missing.*data imagenet: Register at https:\/\/image-net\.org/s);
    expect(text).toContain('turbo-bench reproduce tome-readme-augreg --random-weights');
  });

  it('refuses random weights where no figure is a speed', async () => {
    expect(await said('deit-readme', '--random-weights')).toContain(
      'No figure of this table can be measured',
    );
  });

  it('plans the trials of the table alone, of an experiment that has more', async () => {
    const text = await said('turbo-supplement-threshold', '--random-weights', '--dry-run');
    expect(text).toMatch(/5 trials on/);
    expect(text).not.toContain('layers.from=2');
  });
});
