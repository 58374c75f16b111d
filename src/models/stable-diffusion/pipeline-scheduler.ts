/** The scheduler of a pipeline: that of its folder, or Stable Diffusion's own for random weights, changed by what a person asks for. */
import path from 'node:path';
import { chooseScheduler, type SchedulerChoice } from '../../diffusion/schedulers/choose-scheduler.js';
import type { ConfiguredScheduler } from '../../diffusion/schedulers/registry.js';
import { readSchedulerFile, type SchedulerFile } from '../../diffusion/schedulers/scheduler-file.js';
import type { Pipeline } from './pipeline.js';

/** As published with Stable Diffusion 1.5. */
const published: SchedulerFile = {
  where: 'the scheduler of Stable Diffusion 1.5',
  fields: {
    _class_name: 'PNDMScheduler',
    beta_start: 0.00085,
    beta_end: 0.012,
    beta_schedule: 'scaled_linear',
    num_train_timesteps: 1000,
    set_alpha_to_one: false,
    skip_prk_steps: true,
    steps_offset: 1,
  },
};

/** @throws TurboError where the folder lacks a scheduler, or has one that is not known */
export function pipelineScheduler({ folder }: Pipeline, choice?: SchedulerChoice): ConfiguredScheduler {
  const file = folder === null ? published : readSchedulerFile(path.join(folder, 'scheduler'));
  return chooseScheduler(file, choice);
}
