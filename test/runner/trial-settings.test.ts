import { describe, expect, it } from 'vitest';
import { provenanceOf } from '../../src/runner/provenance.js';
import { trialSettings } from '../../src/runner/trial-settings.js';
import { trialLine } from './row.js';

const TWO_SIZES = `
name: small
models: [{model: ./models/emoji-clip, imageSize: 112}, {model: ./models/emoji-clip, imageSize: 224}]
tasks: [{task: classification, dataset: emoji-objects}]
`;
const TWO_PROMPTS = `
name: small
models: [./models/emoji-clip]
tasks: [{task: captioning, dataset: emoji-scenes, prompt: one}, {task: captioning, dataset: emoji-scenes}]
`;

function settingsIn(experimentText: string, trials: readonly string[]) {
  const facts = { experimentFile: 'small.yaml', experimentText, startedAt: '2026-01-01T00:00:00.000Z' };
  const provenance = provenanceOf({ threads: 2, experiment: 'small', seed: 0, limit: null, ...facts });
  return trialSettings({ kind: 'run', provenance, trials });
}

describe('what trials were set to', () => {
  it('is what stands at their place in the experiment, with every default', () => {
    const settingsOf = settingsIn(TWO_PROMPTS, ['first', 'second']);
    const row = { method: 'none', task: 'captioning', dataset: 'emoji-scenes' } as const;
    expect(settingsOf(trialLine('first', row))).toMatchObject({
      task: 'captioning',
      settings: { model: { name: 'emoji-clip' }, task: { prompt: 'one', generate: { numBeams: 3 } } },
    });
    expect(settingsOf(trialLine('second', row)).settings).toMatchObject({
      task: { prompt: 'a picture of ' },
    });
  });

  it('is told under the name of the model alone, and does not say where it lies', () => {
    const settingsOf = settingsIn(TWO_SIZES, ['small', 'large']);
    const row = { method: 'none', task: 'classification', dataset: 'emoji-objects' } as const;
    expect(settingsOf(trialLine('large', row)).settings!.model).toEqual({
      ...{ name: 'emoji-clip', weights: 'checkpoint', imageSize: 224 },
    });
  });

  it('is found by names where models were left out, unless several trials have them', () => {
    const sizes = settingsIn(TWO_SIZES, ['large']);
    const row = { method: 'none', task: 'classification', dataset: 'emoji-objects' } as const;
    const model = './models/emoji-clip 224';
    expect(sizes(trialLine('large', { ...row, model })).settings).toMatchObject({
      model: { imageSize: 224 },
    });
    const prompts = settingsIn(TWO_PROMPTS, ['first']);
    const caption = {
      method: 'none',
      task: 'captioning',
      dataset: 'emoji-scenes',
      model: 'emoji-clip',
    } as const;
    expect(prompts(trialLine('first', caption))).toEqual({ task: 'captioning', settings: null });
  });

  it('is not known of an experiment that this version does not read', () => {
    const settingsOf = settingsIn('name: small\nrenamed: []', ['first']);
    expect(settingsOf(trialLine('first', { task: 'vqa' }))).toEqual({ task: 'vqa', settings: null });
  });
});
