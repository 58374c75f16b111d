import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { selectTrials } from '../../src/runner/select-trials.js';
import { planSmall, SMALL_MODEL } from './small-plan.js';

describe('planExperiment', () => {
  it('knows tokens, FLOPs and samples of every trial before anything runs', async () => {
    const { trials } = await planSmall();
    expect(trials.map(({ label }) => label)).toEqual([
      'vit throughput none',
      'vit throughput pruning tokensPerLayer=2',
      'vit throughput pruning tokensPerLayer=4',
    ]);
    expect(trials.map(({ tokens }) => tokens.at(-1))).toEqual([65, 57, 49]);
    expect(trials[0]!.flopRatio).toBe(1);
    expect(trials[2]!.flopRatio).toBeGreaterThan(trials[1]!.flopRatio);
    for (const { samples, estimate } of trials) {
      expect(samples).toBe(6);
      expect(estimate.seconds).toBeGreaterThan(0);
      expect(estimate.memoryBytes).toBeGreaterThan(1e6);
    }
    expect(new Set(trials.map(({ id }) => id)).size).toBe(3);
  });

  it('says where r is larger than the tokens allow, but not where a threshold stops on purpose', async () => {
    const { trials } = await planSmall({
      reduction: [
        { method: 'tome', tokensPerLayer: 40 },
        { method: 'tome', tokensPerLayer: 8, minTokens: 60 },
      ],
    });
    expect(trials[1]!.notes[0]).toMatch(
      /^r is larger than the tokens allow: clipped in 4 of 4 layers \(layer 0: 40 → 32/,
    );
    expect(trials[2]!.notes).toEqual([]);
  });

  it('keeps the fingerprints of the same experiment, and changes them with a limit', async () => {
    const prints = async (changes: object) =>
      (await planSmall(changes)).trials.map(({ fingerprint }) => fingerprint);
    expect(await prints({})).toEqual(await prints({}));
    expect(await prints({ limit: 3 })).not.toEqual(await prints({}));
  });

  it('changes the fingerprints with a file beside the weights', async () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'turbo-bench-plan-')), 'vit');
    cpSync(SMALL_MODEL, folder, { recursive: true });
    const print = async () => (await planSmall({ models: [folder] })).trials[0]!.fingerprint;
    const before = await print();
    const file = join(folder, 'config.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"gelu"', '"gelu_new"'));
    expect(await print()).not.toBe(before);
  });
});

describe('batches larger than the samples', () => {
  it('are clipped to them, which is told, and measured once where that makes them equal', async () => {
    const measure = { batchSize: [2, 16, 64], minSeconds: 0, minRuns: 5, warmupSeconds: 0 };
    const { trials, notices } = await planSmall({ measure });
    expect(trials.map(({ batchSize }) => batchSize)).toEqual([2, 2, 2, 6, 6, 6]);
    expect(notices).toEqual([
      'batchSize 16 is clipped to the 6 samples that there are',
      'batchSize 64 is clipped to the 6 samples that there are',
    ]);
  });
});

describe('two settings of one task', () => {
  it('are two tasks in every table', async () => {
    const { trials } = await planSmall({
      tasks: [
        { task: 'throughput', images: 6 },
        { task: 'throughput', images: 4 },
      ],
      reduction: [],
    });
    expect(trials.map(({ label }) => label)).toEqual([
      'vit throughput (images 6) none',
      'vit throughput (images 4) none',
    ]);
  });
});

describe('models that --only leaves out', () => {
  const models = [`./${SMALL_MODEL}`, { model: './not/there', name: 'absent' }];

  it('need not be there', async () => {
    const { trials, unopened } = await planSmall({ models }, ['vit pruning', 'none vit']);
    expect(trials).toHaveLength(3);
    expect(unopened).toEqual(['absent']);
  });

  it('are opened after all when a text may be the beginning of an id', async () => {
    await expect(planSmall({ models }, ['vit', '12ab'])).rejects.toThrow('not/there');
    await expect(planSmall({ models })).rejects.toThrow('not/there');
  });
});

describe('selectTrials', () => {
  it('takes the trials that some text means with all of its words', async () => {
    const { trials } = await planSmall({ reduction: [{ method: 'pruning', tokensPerLayer: [4, 40] }] });
    const labels = (only: string[]) => selectTrials(trials, only).map(({ label }) => label.split(' ').at(-1));
    expect(labels([])).toEqual(['none', 'tokensPerLayer=4', 'tokensPerLayer=40']);
    expect(labels(['pruning'])).toEqual(['tokensPerLayer=4', 'tokensPerLayer=40']);
    expect(labels(['Pruning tokensPerLayer=4'])).toEqual(['tokensPerLayer=4']);
    expect(labels(['none', 'tokensPerLayer=40'])).toEqual(['none', 'tokensPerLayer=40']);
    expect(labels([trials[1]!.id.slice(0, 6)])).toEqual(['tokensPerLayer=4']);
    expect(labels(['nothing'])).toEqual([]);
  });
});
