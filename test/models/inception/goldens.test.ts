/** Against pytorch-fid 0.3.0 and torch-fidelity 0.4.0 with formula weights; see fixtures/metrics/inception.json. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeTensors } from '../../../src/checkpoints/tensors.js';
import { openEngine } from '../../../src/engines/index.js';
import { flopsOf } from '../../../src/graph/index.js';
import { type InceptionOutput, inceptionGraph } from '../../../src/models/inception/inception-v3.js';
import { openInception } from '../../../src/models/inception/open-inception.js';
import {
  INCEPTION_SIDE,
  type InceptionConvention,
  inceptionPixels,
} from '../../../src/models/inception/pixels.js';
import { parametersTakenBy } from '../../../src/models/parameters.js';
import { refusal } from '../../checkpoints/refusal.js';
import {
  type EngineUnderTest,
  enginesOfSlowNetworks,
  openOnDevice,
} from '../../engines/engines-under-test.js';
import { goldenTensors } from '../../fixtures/golden-file.js';
import { largestDifference } from '../../run-graph.js';
import { formulaImage, formulaWeights, inceptionGolden } from './formula-weights.js';

const folder = mkdtempSync(path.join(tmpdir(), 'inception-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = path.join(folder, 'formula.safetensors');

const tensor = goldenTensors('metrics/inception.safetensors');
const { images, tensors } = inceptionGolden;
const names = Object.keys(images);
const conventions: [InceptionConvention, string][] = [
  ['pytorch-fid', 'resize-pytorch-fid'],
  ['torch-fidelity', 'resize-torch-fidelity'],
];

/** Features of all golden pictures in one batch. */
async function featuresOf(
  convention: InceptionConvention,
  outputs: readonly InceptionOutput[],
  under: EngineUnderTest,
) {
  const engine = await openOnDevice(under);
  const inception = await openInception(file, { engine, session: { threads: 1 }, outputs, convention });
  const features = await inception.run(names.map(formulaImage));
  await inception.close();
  return (output: InceptionOutput, picture: string) => {
    const all = features[output]!;
    const width = all.length / names.length;
    return all.subarray(names.indexOf(picture) * width, (names.indexOf(picture) + 1) * width);
  };
}

beforeAll(async () => {
  const weights = formulaWeights();
  for (const { name, first } of tensors)
    expect([...weights.get(name)!.data.subarray(0, first.length)]).toEqual([...first]);
  await writeTensors(file, weights);
}, 120_000);

describe('the InceptionV3 of FID', () => {
  it('takes every tensor that pytorch-fid has, and makes 5.7 billion multiply-adds for a picture', () => {
    let flops = 0;
    const taken = parametersTakenBy((recorder) => {
      flops = flopsOf(inceptionGraph(recorder, ['logits']), { batch: 1 }).total;
    });
    expect([...taken].sort()).toEqual(tensors.map(({ name, shape }) => [name, shape]).sort());
    expect(flops / 2e9).toBeCloseTo(5.7, 1);
  });

  it('is told from another network, by all that is missing', async () => {
    const engine = await openEngine('onnxruntime');
    const other = fileURLToPath(new URL('../../fixtures/checkpoints/rounding.safetensors', import.meta.url));
    const { message } = await refusal(() => openInception(other, { engine, session: { threads: 1 } }));
    expect(message).toMatch(/472 of 472 tensors are missing.*Conv2d_1a_3x3\.conv\.weight \[32, 3, 3, 3\]/s);
    expect(message).toMatch(/use pt_inception-2015-12-05-6726825d\.pth of pytorch-fid/);
    expect(message).toContain(other);
  });
});

describe.each(enginesOfSlowNetworks)('on $engine, $device, the InceptionV3 of FID', (under) => {
  it('gives the features of pytorch-fid at all four depths', { timeout: 240_000 }, async () => {
    const features = await featuresOf(
      'pytorch-fid',
      ['features_64', 'features_192', 'features_768', 'features_2048'],
      under,
    );
    const depths = [
      ['features_64', 'afterFirstMaxPool'],
      ['features_192', 'afterSecondMaxPool'],
      ['features_768', 'mixed6e'],
      ['features_2048', 'pooled'],
    ] as const;
    for (const name of names) {
      expect(largestDifference(features('features_2048', name), tensor(`${name}.pytorchFid`))).toBeLessThan(
        1e-4,
      );
      for (const [output, depth] of depths) {
        const values = features(output, name);
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        expect(Math.abs(mean - images[name]!.pytorchFidBlocks[depth]!.mean)).toBeLessThan(1e-4);
      }
    }
  });

  it('gives the features and both logits of torch-fidelity', { timeout: 240_000 }, async () => {
    const features = await featuresOf(
      'torch-fidelity',
      ['features_2048', 'logits', 'logits_unbiased'],
      under,
    );
    const expected = [
      ['features_2048', 'torchFidelity'],
      ['logits', 'torchFidelityLogitsWithBias'],
      ['logits_unbiased', 'torchFidelityLogits'],
    ] as const;
    for (const name of names) {
      for (const [output, golden] of expected)
        expect(largestDifference(features(output, name), tensor(`${name}.${golden}`))).toBeLessThan(1e-4);
    }
  });
});

describe('the pixels of a picture', () => {
  it.each(names)('are the golden ones: %s', (name) => {
    const { firstPixels, sum } = images[name]!;
    const { data } = formulaImage(name);
    expect([...data.subarray(0, 3 * firstPixels.length)]).toEqual(firstPixels.flat());
    expect(data.reduce((total, value) => total + value, 0)).toBe(sum);
  });

  it.each(conventions)('are resized as %s does', (convention, golden) => {
    for (const name of ['small', 'wide']) {
      const pixels = inceptionPixels(formulaImage(name), convention).map((value) =>
        convention === 'pytorch-fid' ? ((value + 1) * 255) / 2 : value * 128 + 128,
      );
      const at = (c: number, y: number, x: number) => pixels[(c * INCEPTION_SIDE + y) * INCEPTION_SIDE + x]!;
      const along = (value: (c: number, at: number) => number) =>
        Array.from({ length: 3 * INCEPTION_SIDE }, (_, index) =>
          value(Math.floor(index / INCEPTION_SIDE), index % INCEPTION_SIDE),
        );
      const [row, column] = [along((c, x) => at(c, 100, x)), along((c, y) => at(c, y, 200))];
      expect(largestDifference(row, tensor(`${name}.${golden}.row100`))).toBeLessThan(1e-4);
      expect(largestDifference(column, tensor(`${name}.${golden}.col200`))).toBeLessThan(1e-4);
    }
  });

  it('may be fewer than one in a direction of the network', () => {
    const line = { width: 1, height: 700, data: new Uint8Array(3 * 700).fill(51) };
    expect(largestDifference(inceptionPixels(line), new Float32Array(3 * 299 ** 2).fill(-0.6))).toBeLessThan(
      1e-6,
    );
  });
});
