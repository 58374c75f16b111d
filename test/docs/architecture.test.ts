import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { architecturePage } from '../../.ci/architecture.js';

const root = new URL('../../', import.meta.url);

describe('docs/architecture.md', () => {
  it('lists every source file with its concept (npx tsx .ci/architecture.ts writes it)', () => {
    expect(readFileSync(new URL('docs/architecture.md', root), 'utf8')).toBe(architecturePage());
  });

  it('finds a concept at the top of every file', () => {
    expect(architecturePage().match(/^\| \[.*\| {2}\|$/gm) ?? []).toEqual([]);
  });
});

describe('the folders of src', () => {
  /** What each folder may import, beside itself and the folders that everybody may use. */
  const below: Readonly<Record<string, readonly string[]>> = {
    errors: [],
    random: [],
    yaml: [],
    graph: [],
    reduction: ['graph'],
    checkpoints: ['graph'],
    precision: ['graph', 'checkpoints'],
    engines: ['graph', 'checkpoints', 'precision'],
    images: [],
    text: ['checkpoints'],
    datasets: ['images'],
    metrics: ['images', 'checkpoints'],
    measure: [],
    generation: [],
    diffusion: ['checkpoints', 'text'],
    models: [
      'reduction',
      'graph',
      'checkpoints',
      'precision',
      'engines',
      'generation',
      'diffusion',
      'images',
      'text',
    ],
    tasks: [
      'generation',
      'diffusion',
      'models',
      'reduction',
      'precision',
      'engines',
      'images',
      'text',
      'datasets',
      'metrics',
      'measure',
      'graph',
    ],
    report: ['measure', 'metrics', 'reduction'],
  };
  const everywhere = ['errors', 'random', 'yaml'];

  for (const [folder, allowed] of Object.entries(below))
    it(`${folder} depends on nothing above it`, () => {
      expect(importsOf(folder).filter((name) => ![...allowed, ...everywhere, folder].includes(name))).toEqual(
        [],
      );
    });

  it('import engine packages in engines/ only', () => {
    const others = filesOf('.').filter((file) => !file.startsWith('engines/'));
    const offenders = others.filter((file) =>
      /from 'onnxruntime|import\('onnxruntime|@tensorflow/.test(textOf(file)),
    );
    expect(offenders).toEqual([]);
  });
});

function filesOf(folder: string): string[] {
  return readdirSync(new URL(`src/${folder}/`, root), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => (folder === '.' ? file : `${folder}/${file}`));
}

function textOf(file: string): string {
  return readFileSync(new URL(`src/${file}`, root), 'utf8');
}

/** Top-level folders that a folder's files import. */
function importsOf(folder: string): string[] {
  const names = filesOf(folder).flatMap((file) =>
    [...textOf(file).matchAll(/from '(\.[^']+)'/g)].map(([, path]) => {
      const target = new URL(path!, new URL(`src/${file}`, root)).pathname;
      return target.slice(new URL('src/', root).pathname.length).split('/')[0]!;
    }),
  );
  return [...new Set(names)].sort();
}
