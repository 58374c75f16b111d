/** `turbo-bench visualize`: drawings of what reductions merge in pictures, layer by layer. */
import { join } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { layersFrom, placesFrom, viewsFrom } from '../command-line/merging-flags.js';
import { mergingInDiffusion } from '../command-line/merging-in-diffusion.js';
import { mergingPictures } from '../command-line/merging-pictures.js';
import {
  diffusionFlags,
  modelFlags,
  modelFrom,
  numberFrom,
  schedulerFrom,
} from '../command-line/model-flags.js';
import { refuseFlags } from '../command-line/refuse-flags.js';
import { shownReductions, withAlphas } from '../command-line/shown-reductions.js';
import { TurboCommand } from '../command-line/turbo-command.js';
import { threadsOfFlag } from '../command-line/usable-engine.js';
import { writeReport } from '../command-line/write-report.js';
import { openEngine } from '../engines/index.js';
import { TurboError } from '../errors/turbo-error.js';
import { MERGING } from '../report/merging/kept-merging.js';
import { type MergingPicture, mergingData, onlyLayers } from '../report/merging/merging-picture.js';
import { type MergingFormat, type MergingOutput, writeMerging } from '../report/merging/write-merging.js';
import { PAGE_FILE } from '../report/page/page.js';
import { readJournal } from '../runner/journal.js';
import { openTrialModel, openTrialPipeline } from '../runner/open-trial-model.js';

export default class Visualize extends TurboCommand {
  static override summary = 'Draw what a reduction merges in pictures, layer by layer.';
  static override description =
    `One picture gives four sheets, each with a column for every reduction and a row for every layer. regions: the patches that have become one token; semantic: the value S of every token; redundancy: R of every merged pair; sizes: how many patches a token stands for. With --format html one page with sliders for layer and α; with --report the report of a run shows it.

Of a Stable Diffusion pipeline, --text is the prompt, and rows are denoising steps and levels of the U-Net, of each the first block that merges.

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
      description: 'The same as a section of the report of a run',
      command:
        "<%= config.bin %> <%= command.id %> ./models/emoji-clip cat.png --reduction '{method: turbo, tokensPerLayer: 16}' --report reports/quickstart",
    },
    {
      description: 'What is merged in the U-Net of Stable Diffusion at the first, a middle and the last step',
      command:
        "<%= config.bin %> <%= command.id %> ./stable-diffusion-v1-5 --text 'a cat on a sofa' --reduction '{method: turbo, ratio: 0.5}' --reduction '{method: tomesd, ratio: 0.5}' --steps 20 --at-steps 0,10,19",
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
      description: 'Blocks to draw, counted from 0: 0,3,5; levels of a U-Net. All by default.',
      helpValue: 'LIST',
    }),
    views: Flags.string({
      description: 'Sheets to draw: regions, semantic, redundancy, sizes. All by default.',
      helpValue: 'LIST',
    }),
    text: Flags.string({
      description:
        'What a BLIP model reads beside the picture, or the prompt of a Stable Diffusion pipeline.',
      helpValue: 'TEXT',
    }),
    out: Flags.string({
      description: 'Folder to write into.',
      default: 'reports/merging',
      helpValue: 'FOLDER',
    }),
    format: Flags.option({
      description: 'Sheets as PNG or SVG, or one page with sliders.',
      options: ['png', 'svg', 'html'] as const,
      default: 'png',
    })(),
    report: Flags.directory({
      description: 'Folder of a run: its report.html gets the pictures, with sliders for layer and α.',
      helpValue: 'FOLDER',
      exclusive: ['out', 'format', 'views'],
    }),
    'at-steps': Flags.string({
      description: 'Denoising steps of a Stable Diffusion pipeline to draw, counted from 0: 0,10,19.',
      helpValue: 'LIST',
    }),
    'image-size': modelFlags['image-size'],
    variant: modelFlags.variant,
    steps: diffusionFlags.steps,
    guidance: diffusionFlags.guidance,
    scheduler: diffusionFlags.scheduler,
    seed: diffusionFlags.seed,
    engine: modelFlags.engine,
    threads: modelFlags.threads,
  };

  async run(): Promise<unknown> {
    const { args, flags, argv } = await this.parse(Visualize);
    const images = (argv as string[]).slice(1);
    const format = flags.report === undefined ? flags.format : 'json';
    const folder = flags.report === undefined ? flags.out : join(flags.report, MERGING);
    if (flags.report !== undefined) readJournal(flags.report);
    const reductions = shownReductions(flags.reduction ?? []);
    const views = viewsFrom(flags.views);
    const choice = modelFrom(args.model, flags);
    const opening = { onNotice: (text: string) => this.logToStderr(text) };
    const engine = await openEngine(flags.engine);
    const session = { threads: threadsOfFlag(engine, 'cpu', flags.threads) };
    const pipeline = await openTrialPipeline(choice, 0, opening);
    if (pipeline !== undefined) {
      try {
        refusePictures(images);
        const picture = await mergingInDiffusion({
          ...diffusionRun(flags),
          ...{ pipeline, engine, session },
          reductions,
        });
        const shown = views.filter(({ name }) => name !== 'redundancy');
        return await this.hand([picture], { folder, format, views: shown }, flags.report);
      } finally {
        pipeline.close();
      }
    }
    refuseFlags(flags, ['at-steps', 'steps', 'guidance', 'scheduler', 'seed'], 'this model');
    requirePictures(images);
    const model = await openTrialModel(choice, 0, opening);
    try {
      const layers = layersFrom(flags.layers, model.encoder.layerCount);
      const pictures = await mergingPictures({
        model,
        engine,
        session,
        images,
        reductions: HAS_SLIDERS.includes(format) ? withAlphas(reductions) : reductions,
        text: flags.text,
      });
      const shown = pictures.map((picture) => onlyLayers(picture, layers));
      return await this.hand(shown, { folder, format, views }, flags.report);
    } finally {
      model.close();
    }
  }

  /** Writes the drawings and lists them. @param report the folder of the run whose report takes them */
  private async hand(
    pictures: readonly MergingPicture[],
    output: MergingOutput,
    report: string | undefined,
  ): Promise<object> {
    const files = await writeMerging(pictures, output);
    if (report === undefined) this.log(files.flat().join('\n'));
    else {
      await writeReport(report, report, (text) => this.logToStderr(text));
      this.log(join(report, PAGE_FILE));
    }
    return { pictures: pictures.map((picture, at) => ({ ...mergingData(picture), files: files[at] })) };
  }
}

/** Formats in which a reader chooses among values of α. */
const HAS_SLIDERS: readonly MergingFormat[] = ['html', 'json'];

function requirePictures(images: readonly string[]): void {
  if (images.length > 0) return;
  throw new TurboError('There is no picture to look at.', {
    value: 'no IMAGE',
    allowed: 'one file or several behind the model',
    next: "turbo-bench visualize ./models/emoji-clip cat.png --reduction '{method: turbo, tokensPerLayer: 16}'",
  });
}

/** A pipeline makes its pictures, and every reduction another one. */
function refusePictures(images: readonly string[]): void {
  if (images.length === 0) return;
  throw new TurboError('A Stable Diffusion pipeline makes its picture from --text.', {
    value: images,
    next: 'leave the pictures out',
  });
}

type Flagged = Readonly<Partial<Record<string, unknown>>>;

/** How the pipeline runs, and what of the run is drawn. @throws TurboError without a prompt, and for a step that there is not */
function diffusionRun(flags: Flagged) {
  if (typeof flags.text !== 'string')
    throw new TurboError('There is no prompt.', {
      value: 'no --text',
      next: "add --text 'a cat on a sofa'",
    });
  const steps = Number(flags.steps ?? 20);
  return {
    text: flags.text,
    steps,
    guidanceScale: numberFrom('guidance', flags.guidance as string | undefined) ?? 7.5,
    scheduler: schedulerFrom(flags.scheduler as string | undefined),
    seed: Number(flags.seed ?? 0),
    shownSteps: placesFrom('at-steps', flags['at-steps'] as string | undefined, steps),
    levels: placesFrom('layers', flags.layers as string | undefined, U_NET_LEVELS),
  };
}

/** Levels of every Stable Diffusion U-Net. */
const U_NET_LEVELS = 4;
