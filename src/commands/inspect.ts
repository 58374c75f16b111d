import { Args } from '@oclif/core';
import { inspectionTable } from '../command-line/inspection-table.js';
import { modelFlags, reductionFrom } from '../command-line/model-flags.js';
import { TurboCommand } from '../command-line/turbo-command.js';
import { modelChoice } from '../experiment/model-entry.js';
import { inspectModel } from '../models/inspect.js';
import { openTrialModel } from '../runner/open-trial-model.js';

export default class Inspect extends TurboCommand {
  static override summary = 'Print tokens, FLOPs and parameters of a model layer by layer.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> ./models/emoji-clip',
    {
      description: 'What a reduction would do to ViT-B/16 at 384 pixels; nothing is downloaded',
      command:
        "<%= config.bin %> <%= command.id %> random:vit-b16 --image-size 384 --reduction '{method: turbo, tokensPerLayer: 40}'",
    },
  ];
  static override args = {
    model: Args.string({ description: 'Folder, checkpoint file, hub id, or random:PRESET.', required: true }),
  };
  static override flags = { reduction: modelFlags.reduction, 'image-size': modelFlags['image-size'] };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Inspect);
    const reduction = reductionFrom(flags.reduction);
    const imageSize = flags['image-size'];
    const choice = { ...modelChoice(args.model), ...(imageSize === undefined ? {} : { imageSize }) };
    const model = await openTrialModel(choice, 0, { onNotice: (text) => this.logToStderr(text) });
    try {
      const description = inspectModel(model, reduction);
      this.log(inspectionTable(description));
      return description;
    } finally {
      model.close();
    }
  }
}
