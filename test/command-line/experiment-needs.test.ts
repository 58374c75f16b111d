import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { needsOf } from '../../src/command-line/experiment-needs.js';
import { listDatasets } from '../../src/datasets/open-dataset.js';
import { parseExperiment } from '../../src/experiment/load.js';
import { methods } from '../../src/reduction/registry.js';

const folder = mkdtempSync(join(tmpdir(), 'needs-'));
const datasets = await listDatasets({ dataFolder: folder });
const online = { HF_HOME: folder, TORCH_HOME: folder };

const needs = (parts: object, env = online as Record<string, string>, models?: ReadonlySet<string>) => {
  const experiment = parseExperiment(JSON.stringify({ name: 'x', ...parts }), 'x.yaml', methods);
  const tools = { env, datasets, obtain: { './own.pth': 'Ask its author.' }, ...(models ? { models } : {}) };
  return needsOf(experiment, tools);
};
const classification = [{ task: 'classification', dataset: 'imagenet' }];

describe('needsOf', () => {
  it('asks for nothing where all comes with turbo-bench', () => {
    expect(needs({ models: ['random:vit-b16'], tasks: [{ task: 'throughput' }] })).toEqual([]);
    const embedded = needs({
      models: ['./models/emoji-clip'],
      tasks: [{ task: 'classification', dataset: 'emoji-objects' }],
    });
    expect(embedded.map(({ state }) => state)).toEqual(['here', 'here']);
  });

  it('tells weights that will be downloaded from those that may not be', () => {
    const parts = { models: ['owner/model'], tasks: [{ task: 'throughput' }] };
    expect(needs(parts)).toMatchObject([{ kind: 'weights', name: 'owner/model', state: 'download' }]);
    expect(needs(parts, { ...online, HF_HUB_OFFLINE: '1' })).toMatchObject([{ state: 'missing' }]);
  });

  it('says how to come by files and data that are missing', () => {
    const model = { model: './own.pth', tokenizer: 'bert-base-uncased' };
    const [weights, tokenizer, data] = needs({ models: [model], tasks: classification });
    expect(weights).toMatchObject({ name: './own.pth', state: 'missing', obtain: 'Ask its author.' });
    expect(tokenizer).toMatchObject({ name: 'bert-base-uncased', state: 'download' });
    expect(data).toMatchObject({ kind: 'data', name: 'imagenet', state: 'missing' });
    expect(data!.obtain).toMatch(/image-net\.org.*\$TURBO_BENCH_DATA\/imagenet/s);
  });

  it('thinks of the networks and pictures that judge generated pictures', () => {
    const distribution = { reference: 'imagenet', split: 'val', features: ['inception'] };
    const task = {
      task: 'text-to-image',
      prompts: 'datasets/imagenet/classes.json',
      scoreWith: 'owner/clip',
      distribution,
    };
    const found = needs({ models: ['owner/sd'], tasks: [task] });
    expect(found.map(({ name }) => name)).toEqual([
      'owner/sd',
      'owner/clip',
      'pt_inception-2015-12-05-6726825d.pth',
      'imagenet',
    ]);
  });

  it('leaves out what only other models need', () => {
    const tasks = [
      { task: 'captioning', dataset: 'coco', models: ['owner/a'] },
      { task: 'retrieval', dataset: 'flickr30k', models: ['owner/b'] },
    ];
    const found = needs({ models: ['owner/a', 'owner/b'], tasks }, online, new Set(['owner/b']));
    expect(found.map(({ name }) => name)).toEqual(['owner/b', 'flickr30k']);
  });
});
