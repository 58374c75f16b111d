/** `turbo-bench inspect`: a model layer by layer, with tokens, floating-point operations and parameters. */
import { Args } from '@oclif/core';
import { inspectionTable } from '../command-line/inspection-table.js';
import { modelFlags, modelFrom, precisionFrom, reductionFrom } from '../command-line/model-flags.js';
import { pipelineTable } from '../command-line/pipeline-table.js';
import { refuseFlags } from '../command-line/refuse-flags.js';
import { TurboCommand } from '../command-line/turbo-command.js';
import { inspectModel } from '../models/inspect.js';
import { inspectPipeline } from '../models/stable-diffusion/inspect-pipeline.js';
import { openTrialModel, openTrialPipeline } from '../runner/open-trial-model.js';

export default class Inspect extends TurboCommand {
  static override summary = 'Print tokens, FLOPs and parameters of a model layer by layer.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> ./models/emoji-clip',
    {
      description: 'What a reduction would do to ViT-B/16 at 384 pixels; nothing is downloaded',
      command:
        "<%= config.bin %> <%= command.id %> random:vit-b16 --image-size 384 --reduction '{method: turbo, tokensPerLayer: 40}'",
    },
    {
      description: 'How large the weights are in 8 bits, and what quantising adds to the operations',
      command: '<%= config.bin %> <%= command.id %> random:vit-b16 --precision int8-dynamic',
    },
    {
      description: 'The U-Net of Stable Diffusion 1.5 level by level, and what else its pipeline has',
      command: '<%= config.bin %> <%= command.id %> random:sd-1.5',
    },
  ];
  static override args = {
    model: Args.string({ description: 'Folder, checkpoint file, hub id, or random:PRESET.', required: true }),
  };
  static override flags = {
    reduction: modelFlags.reduction,
    precision: modelFlags.precision,
    'image-size': modelFlags['image-size'],
    variant: modelFlags.variant,
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Inspect);
    const reduction = reductionFrom(flags.reduction);
    const precision = precisionFrom(flags.precision);
    const choice = modelFrom(args.model, flags);
    const opening = { onNotice: (text: string) => this.logToStderr(text) };
    const pipeline = await openTrialPipeline(choice, 0, opening);
    if (pipeline !== undefined) {
      refuseFlags(flags, ['reduction', 'precision'], 'a Stable Diffusion pipeline');
      try {
        const description = await inspectPipeline(pipeline);
        this.log(pipelineTable(description));
        return description;
      } finally {
        pipeline.close();
      }
    }
    const model = await openTrialModel(choice, 0, opening);
    try {
      const description = inspectModel(model, reduction, precision);
      this.log(inspectionTable(description));
      return description;
    } finally {
      model.close();
    }
  }
}
