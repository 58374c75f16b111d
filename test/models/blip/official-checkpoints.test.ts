/** Official BLIP checkpoints: one file under timm's names, with or without a config, in a folder or alone. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { readTensors, type Tensor, writeTensors } from '../../../src/checkpoints/tensors.js';
import { openEngine, type TensorData } from '../../../src/engines/index.js';
import { officialName } from '../../../src/models/blip/official-names.js';
import { resizeBicubic } from '../../../src/models/blocks/interpolated-positions.js';
import type { Model } from '../../../src/models/model.js';
import { openModel } from '../../../src/models/open-model.js';
import { seededRandom } from '../../../src/random/seeded.js';
import { openTrialModel, preprocessorOf } from '../../../src/runner/open-trial-model.js';
import { refusal } from '../../checkpoints/refusal.js';
import { randomPixels } from '../tiny-model.js';
import { int64, runGraph } from './blip-golden.js';
import { type OfficialSizes, officialShapes } from './official-shapes.js';

const engine = await openEngine('onnxruntime');
const root = mkdtempSync(path.join(tmpdir(), 'official-blip-'));
afterAll(() => rmSync(root, { recursive: true }));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(root, 'model-'));
});

const fixture = (name: string, file = ''): string => path.resolve('test/fixtures/blip', name, file);
const here = (file: string): string => path.join(folder, file);
const float32 = (shape: readonly number[], data: Float32Array): Tensor => ({ dtype: 'float32', shape, data });

function write(file: string, content: object): void {
  writeFileSync(here(file), JSON.stringify(content));
}

/** A fixture's tensors as Salesforce would have published them: under timm's names, beside what only training reads. */
function published(name: string): Map<string, Tensor> {
  const tensors = [...readTensors(fixture(name, 'model.safetensors'))];
  const renamed = tensors.map(([key, tensor]): [string, Tensor] => [officialName(key), tensor]);
  const momentum = renamed
    .filter(([key]) => key.startsWith('visual_encoder.'))
    .map(([key, { shape, data }]): [string, Tensor] => [
      key.replace('visual_encoder.', 'visual_encoder_m.'),
      float32(shape, new Float32Array(data.length)),
    ]);
  const positionIds: Tensor = { dtype: 'int64', shape: [1, 2], data: BigInt64Array.of(0n, 1n) };
  return new Map([
    ...renamed,
    ...momentum,
    ['temp', float32([], Float32Array.of(0.07))],
    ['ptr_queue', { dtype: 'int64', shape: [1], data: BigInt64Array.of(0n) }],
    ['text_encoder.embeddings.position_ids', positionIds],
  ]);
}

/** What the image encoder and one graph of the text side make of the same inputs. */
async function outputsOf(
  model: Model,
  side = model.encoder.imageHeight,
): Promise<Record<string, TensorData>> {
  const vision = model.buildVision({ reduction: { method: 'none' }, outputs: ['last_hidden_state'] });
  const seen = await runGraph(engine, vision.graph, { pixel_values: randomPixels(3, 2, side) });
  const image = seen.last_hidden_state!;
  const ids = int64({ shape: [2, 4], data: [2, 17, 33, 5, 2, 18, 5, 0] });
  const mask = int64({ shape: [2, 4], data: [1, 1, 1, 1, 1, 1, 1, 0] });
  const part = model.parts[0]!;
  const graph = model.buildPart(part, { sequenceLength: 4, imageTokens: image.shape[1]! });
  const texts: Record<string, TensorData> =
    part === 'decoder' ? { decoder_input_ids: ids } : { input_ids: ids, attention_mask: mask };
  return { ...seen, ...(await runGraph(engine, graph, { ...texts, encoder_hidden_states: image })) };
}

async function expectSame(one: Model, other: Model): Promise<void> {
  try {
    const [found, wanted] = [await outputsOf(one), await outputsOf(other)];
    expect(Object.keys(found)).toEqual(Object.keys(wanted));
    for (const [name, { data, shape }] of Object.entries(found)) {
      expect(shape, name).toEqual(wanted[name]!.shape);
      expect(data, name).toEqual(wanted[name]!.data);
    }
  } finally {
    one.close();
    other.close();
  }
}

describe('a file with its config beside it', () => {
  it.each(['caption', 'vqa', 'retrieval'])(
    'gives what the same tensors of %s give under other names',
    async (name) => {
      copyFileSync(fixture(name, 'config.json'), here('config.json'));
      await writeTensors(here('model_base.pth'), published(name));
      await expectSame(await openModel(here('model_base.pth')), await openModel(fixture(name)));
    },
  );

  it('may be a real one of torch.save', async () => {
    copyFileSync(fixture('nlvr', 'config.json'), here('config.json'));
    copyFileSync(fixture('nlvr', 'model.pth'), here('model.pth'));
    const alone = await openModel(here('model.pth'));
    expect(alone).toMatchObject({ family: 'blip-nlvr', folder, tokenizerFolder: folder });
    const tokens = { reduction: { method: 'none' }, outputs: ['last_hidden_state'] } as const;
    const feeds = { pixel_values: randomPixels(3, 2, 64) };
    const found = await runGraph(engine, alone.buildVision(tokens).graph, feeds);
    const twin = await openModel(fixture('nlvr'));
    const wanted = await runGraph(engine, twin.buildVision(tokens).graph, feeds);
    expect(found.last_hidden_state!.data).toEqual(wanted.last_hidden_state!.data);
    alone.close();
    twin.close();
  });

  it('interpolates its positions for another image size', async () => {
    const tensors = published('caption');
    const config = JSON.parse(readFileSync(fixture('caption', 'config.json'), 'utf8'));
    write('config.json', config);
    await writeTensors(here('model.pth'), tensors);
    const interpolated = (): Promise<Model> => openModel({ model: here('model.pth'), imageSize: 96 });
    await expectSame(await interpolated(), await openModel({ model: fixture('caption'), imageSize: 96 }));

    const { data } = tensors.get('visual_encoder.pos_embed') as Tensor<'float32'>;
    const grid = resizeBicubic(data.subarray(32), 32, { rows: 8, columns: 8 }, { rows: 12, columns: 12 });
    const larger = Float32Array.of(...data.subarray(0, 32), ...grid);
    mkdirSync(here('larger'));
    write('larger/config.json', { ...config, vision_config: { ...config.vision_config, image_size: 96 } });
    tensors.set('visual_encoder.pos_embed', float32([1, 145, 32], larger));
    await writeTensors(here('larger/model.pth'), tensors);
    await expectSame(await interpolated(), await openModel(here('larger/model.pth')));
  });
});

const tiny: OfficialSizes = {
  ...{ width: 128, layers: 2, patch: 8, grid: 4 },
  ...{ textWidth: 64, textLayers: 2, vocabulary: 60, positions: 16 },
};

async function writeTiny(file: string): Promise<void> {
  const draw = seededRandom(5, 'weights');
  const tensors = [...officialShapes('caption', tiny)].map(([name, shape]): [string, Tensor] => {
    const count = shape.reduce((product, size) => product * size, 1);
    return [
      name,
      float32(
        shape,
        Float32Array.from({ length: count }, () => 0.1 * draw.normal()),
      ),
    ];
  });
  await writeTensors(here(file), new Map(tensors));
}

/** What `tiny` is, said in a config. */
const said = {
  model_type: 'blip',
  architectures: ['BlipForConditionalGeneration'],
  vision_config: {
    ...{ hidden_size: 128, intermediate_size: 512, num_hidden_layers: 2, num_attention_heads: 2 },
    ...{ image_size: 32, patch_size: 8, layer_norm_eps: 1e-6 },
  },
  text_config: {
    ...{ hidden_size: 64, intermediate_size: 256, num_hidden_layers: 2, num_attention_heads: 1 },
    ...{ vocab_size: 60, max_position_embeddings: 16, bos_token_id: 58 },
  },
};

describe('a file without a config', () => {
  it('gives what it gives with one', async () => {
    await writeTiny('model_base_caption.pth');
    mkdirSync(here('folder'));
    copyFileSync(here('model_base_caption.pth'), here('folder/model.safetensors'));
    write('folder/config.json', said);
    const alone = await openModel(here('model_base_caption.pth'));
    expect(alone.specialTokens).toEqual({ decoderId: 58, encoderId: 59, endId: 102, padId: 0 });
    await expectSame(alone, await openModel(here('folder')));
  });

  it('is not read by the config of another model that happens to lie there', async () => {
    await writeTiny('model.pth');
    write('config.json', { model_type: 'clip' });
    const model = await openModel(here('model.pth'));
    expect(model.architecture).toBe('BlipForConditionalGeneration');
    model.close();
  });

  it('gives its sizes to random weights, too', async () => {
    await writeTiny('model.pth');
    const model = await openModel({ model: here('model.pth'), weights: 'random' });
    expect(model).toMatchObject({ weightsKind: 'random', encoder: { tokenCount: 17, width: 128, heads: 2 } });
  });

  it('is refused when it is of another family', async () => {
    const { message } = await refusal(() => openModel('test/fixtures/models/vit/model.safetensors'));
    expect(message).toContain('missing: visual_encoder.pos_embed');
    expect(message).toContain('name the folder that holds config.json and weights');
  });

  it('takes its tokenizer from elsewhere, and images as BLIP takes them', async () => {
    await writeTiny('model.pth');
    const choice = { model: here('model.pth'), weights: 'checkpoint', name: 'tiny', imageSize: 48 } as const;
    const model = await openTrialModel({ ...choice, tokenizer: fixture('nlvr') }, 0);
    expect(model).toMatchObject({ folder, tokenizerFolder: fixture('nlvr') });
    const { resize, centerCrop, normalize } = preprocessorOf(model);
    expect(resize).toEqual({ size: { width: 48, height: 48 }, filter: 'bicubic' });
    expect(centerCrop).toBeUndefined();
    expect(normalize!.mean[0]).toBe(0.48145466);
    model.close();
  });

  it('takes images as the file beside its tokenizer says', async () => {
    await writeTiny('model.pth');
    mkdirSync(here('tokenizer'));
    write('tokenizer/preprocessor_config.json', { image_processor_type: 'BlipImageProcessor', resample: 2 });
    const model = await openModel({ model: here('model.pth'), tokenizer: here('tokenizer') });
    expect(preprocessorOf(model).resize).toEqual({ size: { width: 32, height: 32 }, filter: 'bilinear' });
    model.close();
  });

  it('cannot take its tokenizer from a file', async () => {
    await writeTiny('model.pth');
    const opening = () => openModel({ model: here('model.pth'), tokenizer: fixture('nlvr', 'vocab.txt') });
    expect((await refusal(opening)).message).toContain('The tokenizer is a file; name the folder');
  });
});

describe('a folder with a config and no weights but .pth files', () => {
  it('is opened when there is one', async () => {
    copyFileSync(fixture('nlvr', 'config.json'), here('config.json'));
    copyFileSync(fixture('nlvr', 'model.pth'), here('model_base_nlvr.pth'));
    const model = await openModel(folder);
    expect(model.architecture).toBe('BLIP_NLVR');
    model.close();
  });

  it('is refused when there are several, which are listed', async () => {
    write('config.json', said);
    await writeTiny('b.pth');
    await writeTiny('a.pth');
    const { parts } = await refusal(() => openModel(folder));
    expect(parts).toMatchObject({ value: ['a.pth', 'b.pth'], next: `name the file: ${here('a.pth')}` });
    const model = await openModel(here('b.pth'));
    expect(model.encoder.tokenCount).toBe(17);
    model.close();
  });
});
