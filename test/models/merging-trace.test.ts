/** Regions of whole models, against the sizes and semantic values of `test/fixtures/models/cases.json` (published code in float64). */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readTensors } from '../../src/checkpoints/tensors.js';
import { type Engine, openEngine } from '../../src/engines/index.js';
import { openMergingTrace } from '../../src/models/merging-trace.js';
import { openModel } from '../../src/models/open-model.js';
import type { LayerMerging } from '../../src/reduction/layer-merging.js';
import { parseReduction } from '../../src/reduction/registry.js';

interface Golden {
  readonly tensor: string;
  readonly shape: readonly number[];
}
interface Case {
  readonly folder: string;
  readonly tensors: string;
  readonly classToken: boolean;
  readonly inputs: readonly {
    readonly variants: readonly {
      readonly reduction: Record<string, unknown> | null;
      readonly mergedPerBlock: readonly number[];
      readonly outputs: Readonly<Record<string, Golden>>;
      readonly blocks?: readonly Readonly<Record<string, Golden>>[];
    }[];
  }[];
}

const folder = path.resolve('test/fixtures/models');
const { models } = JSON.parse(readFileSync(path.join(folder, 'cases.json'), 'utf8')) as { models: Case[] };

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('onnxruntime');
});

async function layersOf(
  { folder: name, tensors }: Case,
  reduction: Record<string, unknown>,
): Promise<LayerMerging[]> {
  const model = await openModel(path.join(folder, name));
  const stored = readTensors(path.join(folder, tensors)).get('main/pixel_values')!;
  const { imageHeight, imageWidth } = model.encoder;
  const pixels = (stored.data as Float32Array).slice(0, 3 * imageHeight * imageWidth);
  const spec = parseReduction(reduction);
  const trace = await openMergingTrace({
    ...{ model, engine, session: { threads: 1 } },
    ...{ reduction: spec, text: null },
  });
  const layers = await trace.run(pixels);
  await trace.release();
  model.close();
  return layers;
}

const named = (name: string): Case => models.find(({ folder: found }) => found === name)!;

/** Of the first picture. */
function rowOf({ tensors }: Case, { tensor, shape }: Golden): number[] {
  const { data } = readTensors(path.join(folder, tensors)).get(tensor)!;
  return Array.from(data as Float32Array, Number).slice(0, shape[1]);
}

const ascending = (a: number, b: number): number => a - b;

describe.each([named('vit'), named('siglip')])('$folder', (golden) => {
  const leading = Number(golden.classToken);
  const variant = golden.inputs[0]!.variants.find(({ blocks }) => blocks !== undefined)!;
  let layers: LayerMerging[];
  beforeAll(async () => {
    layers = await layersOf(golden, { method: 'turbo', ...variant.reduction });
  });

  it('has regions whose areas are the sizes of the tokens in every block', () => {
    for (const [layer, block] of variant.blocks!.entries()) {
      const sizes = rowOf(golden, block.size!).slice(leading).sort(ascending);
      expect([...layers[layer]!.regions.sizes].sort(ascending)).toEqual(sizes);
    }
  });

  it('shows every patch the semantic value of its token', () => {
    for (const [layer, { semantic }] of variant.blocks!.entries()) {
      if (semantic === undefined) continue;
      const known = rowOf(golden, semantic).slice(leading);
      const shown = [...new Set(layers[layer]!.semantic as number[])].sort(ascending);
      known.sort(ascending);
      expect(shown).toHaveLength(new Set(known).size);
      for (const [at, value] of shown.entries()) expect(value).toBeCloseTo(known[at]!, 4);
    }
  });

  it('names every pair that was merged', () => {
    expect(layers.map(({ pairs }) => pairs.length)).toEqual(variant.mergedPerBlock);
    for (const { pairs, regions } of layers)
      for (const { source, destination } of pairs) {
        const region = regions.ofPatch[source[0]!];
        expect([...source, ...destination].map((patch) => regions.ofPatch[patch])).toEqual(
          [...source, ...destination].map(() => region),
        );
      }
  });
});

describe('a distillation token', () => {
  it('is of no region, and nothing is merged into it', async () => {
    const deit = named('deit');
    const variant = deit.inputs[0]!.variants.find(({ reduction }) => reduction !== null)!;
    const layers = await layersOf(deit, { method: 'turbo', ...variant.reduction });
    const sizes = rowOf(deit, variant.outputs.size!).slice(2).sort(ascending);
    expect([...layers.at(-1)!.regions.sizes].sort(ascending)).toEqual(sizes);
  });
});

describe('other methods', () => {
  const vit = named('vit');

  it('merges by falling redundancy in ToMe, and shows S that it does not look at', async () => {
    const layers = await layersOf(vit, { method: 'tome', tokensPerLayer: 8 });
    for (const { pairs, semantic } of layers) {
      const values = pairs.map(({ redundancy }) => redundancy);
      expect(values).toEqual([...values].sort((a, b) => b - a));
      expect(Math.max(...values)).toBeLessThan(1.00001);
      expect(semantic).toHaveLength(64);
    }
  });

  it('tells what random merging puts together', async () => {
    const [first] = await layersOf(vit, { method: 'random', tokensPerLayer: 8 });
    expect(first!.pairs).toHaveLength(8);
    expect(Math.min(...first!.pairs.map(({ redundancy }) => redundancy))).toBeGreaterThan(-1.00001);
  });

  it('leaves dropped patches without a region, for good', async () => {
    const layers = await layersOf(vit, { method: 'pruning', tokensPerLayer: 8 });
    const blank = layers.map(({ regions }) =>
      regions.ofPatch.flatMap((region, at) => (region === null ? [at] : [])),
    );
    expect(blank.map(({ length }) => length)).toEqual([8, 16, 24, 32]);
    for (const [layer, patches] of blank.slice(1).entries())
      expect(patches).toEqual(expect.arrayContaining(blank[layer]!));
    const least = [...layers[0]!.semantic!.entries()].sort(([, a], [, b]) => a! - b!).slice(0, 8);
    expect(least.map(([patch]) => patch).sort(ascending)).toEqual(blank[0]);
  });
});
