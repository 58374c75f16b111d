import { describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engines/index.js';
import { expandExperiment } from '../../src/experiment/expand.js';
import { parseExperiment } from '../../src/experiment/load.js';
import { modelChoice } from '../../src/experiment/model-entry.js';
import type { ImagePool } from '../../src/images/image-pool.js';
import { methods } from '../../src/reduction/registry.js';
import { calibrate, spread } from '../../src/runner/calibrate.js';
import { refuseMisfits } from '../../src/runner/fitting-trials.js';
import { openTrialModel } from '../../src/runner/open-trial-model.js';

describe('samples for ranges', () => {
  it('are spread over the whole dataset, and all of it where it is small', () => {
    expect(spread([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 5)).toEqual([0, 2, 4, 6, 8]);
    expect(spread([0, 1, 2], 5)).toEqual([0, 1, 2]);
  });

  it('are needed: a task without any is refused', async () => {
    const model = await openTrialModel(modelChoice('./test/fixtures/models/vit'), 0);
    try {
      const setting = {
        ...{ model, engine: await openEngine('onnxruntime'), session: { threads: 1 } },
        ...{ pool: {} as ImagePool, outputs: ['logits'], samples: [], count: 4 },
      };
      await expect(calibrate(setting)).rejects.toThrow(/needs samples[\s\S]*int8-dynamic/);
    } finally {
      model.close();
    }
  });
});

describe('int8-static', () => {
  const misfit = (task: string, isPipeline: boolean) => () => {
    const text = `{name: a, models: [./m], tasks: [${task}], engine: {precision: int8-static}}`;
    const experiment = parseExperiment(text, 'a.yaml', methods);
    refuseMisfits(experiment, expandExperiment(experiment, methods), isPipeline, methods);
  };

  it('is refused where there is no encoder whose ranges could be found', () => {
    expect(misfit('{task: text-to-image, prompts: emoji-prompts}', true)).toThrow(
      /diffusion[\s\S]*int8-dynamic/,
    );
    expect(misfit('{task: agreement, dataset: emoji-scenes}', false)).toThrow(/agreement[\s\S]*int8-dynamic/);
    expect(misfit('{task: classification, dataset: emoji-objects}', false)).not.toThrow();
  });
});
