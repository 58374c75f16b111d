import { Args, Flags } from '@oclif/core';
import { layersFrom, viewsFrom } from '../command-line/merging-flags.js';
import { mergingPictures } from '../command-line/merging-pictures.js';
import { modelFlags } from '../command-line/model-flags.js';
import { shownReductions, withAlphas } from '../command-line/shown-reductions.js';
import { TurboCommand } from '../command-line/turbo-command.js';
import { openEngine } from '../engines/index.js';
import { TurboError } from '../errors/turbo-error.js';
import { modelChoice } from '../experiment/model-entry.js';
import { mergingData, onlyLayers } from '../report/merging/merging-picture.js';
import { writeMerging } from '../report/merging/write-merging.js';
import { openTrialModel } from '../runner/open-trial-model.js';

export default class Visualize extends TurboCommand {
  static override summary = 'Draw what a reduction merges in pictures, layer by layer.';
  static override description =
    `One picture gives four sheets, each with a column for every reduction and a row for every layer. regions: the patches that have become one token; semantic: the value S of every token; redundancy: R of every merged pair; sizes: how many patches a token stands for. With --format html one page with sliders for layer and α.

With --text the sheet of regions also shows which image tokens each layer of a BLIP text side sees, where the reduction is cross-modal.`;
  static override examples = [
    {
      description: 'Turbo beside ToMe and random merging',
      command:
        "<%= config.bin %> <%= command.id %> ./models/emoji-clip cat.png --reduction '{method: turbo, tokensPerLayer: 16}' --reduction '{method: tome, tokensPerLayer: 16}' --reduction '{method: random, tokensPerLayer: 16}'",
    },
    {
      description: 'A page with sliders for layer and α',
      command:
        "<%= config.bin %> <%= command.id %> ./models/emoji-clip cat.png --reduction '{method: turbo, tokensPerLayer: 16}' --format html",
    },
    {
      description: 'The image tokens that a text keeps',
      command:
        "<%= config.bin %> <%= command.id %> ./models/emoji-blip-retrieval scene.png --text 'a cat left of a dog' --reduction '{method: turbo, tokensPerLayer: 16, crossModal: {drop: 0.2}}'",
    },
  ];
  static override args = {
    model: Args.string({ description: 'Folder, checkpoint file, hub id, or random:PRESET.', required: true }),
  };
  /** Pictures follow the model. */
  static override strict = false;
  static override usage = "visualize MODEL IMAGE… --reduction '…' [--reduction '…' …]";
  static override flags = {
    reduction: Flags.string({
      description: 'A method and its parameters in YAML or JSON; once for every column of a sheet.',
      helpValue: 'YAML',
      multiple: true,
      multipleNonGreedy: true,
    }),
    layers: Flags.string({
      description: 'Blocks to draw, counted from 0: 0,3,5. All by default.',
      helpValue: 'LIST',
    }),
    views: Flags.string({
      description: 'Sheets to draw: regions, semantic, redundancy, sizes. All by default.',
      helpValue: 'LIST',
    }),
    text: Flags.string({ description: 'What a BLIP model reads beside the picture.', helpValue: 'TEXT' }),
    out: Flags.string({ description: 'Folder to write into.', default: 'merging', helpValue: 'FOLDER' }),
    format: Flags.option({
      description: 'Sheets as PNG or SVG, or one page with sliders.',
      options: ['png', 'svg', 'html'] as const,
      default: 'png',
    })(),
    'image-size': modelFlags['image-size'],
    variant: modelFlags.variant,
    engine: modelFlags.engine,
    threads: modelFlags.threads,
  };

  async run(): Promise<unknown> {
    const { args, flags, argv } = await this.parse(Visualize);
    const images = (argv as string[]).slice(1);
    const { variant, 'image-size': imageSize, format } = flags;
    const written = shownReductions(flags.reduction ?? []);
    const views = viewsFrom(flags.views);
    if (images.length === 0)
      throw new TurboError('There is no picture to look at.', {
        value: 'no IMAGE',
        allowed: 'one file or several behind the model',
        next: "turbo-bench visualize ./models/emoji-clip cat.png --reduction '{method: turbo, tokensPerLayer: 16}'",
      });
    const choice = {
      ...modelChoice(args.model),
      ...(imageSize === undefined ? {} : { imageSize }),
      ...(variant === undefined ? {} : { variant }),
    };
    const model = await openTrialModel(choice, 0, { onNotice: (text) => this.logToStderr(text) });
    try {
      const layers = layersFrom(flags.layers, model.encoder.layerCount);
      const all = await mergingPictures({
        model,
        engine: await openEngine(flags.engine),
        session: { threads: flags.threads },
        images,
        reductions: format === 'html' ? withAlphas(written) : written,
        text: flags.text,
      });
      const pictures = all.map((picture) => onlyLayers(picture, layers));
      const files = await writeMerging(pictures, { folder: flags.out, format, views });
      this.log(files.flat().join('\n'));
      return { pictures: pictures.map((picture, at) => ({ ...mergingData(picture), files: files[at] })) };
    } finally {
      model.close();
    }
  }
}
