/** `turbo-bench predict`: one model on given tensors, to be held against PyTorch. */
import { Args, Flags } from '@oclif/core';
import { readTensors, type Tensor, writeTensors } from '../checkpoints/tensors.js';
import {
  crossModalFrom,
  diffusionFlags,
  generationFrom,
  modelFlags,
  modelFrom,
  numberFrom,
  precisionFrom,
  reductionFrom,
  schedulerFrom,
} from '../command-line/model-flags.js';
import { requireWritable } from '../command-line/output-file.js';
import { refuseFlags } from '../command-line/refuse-flags.js';
import { textTable } from '../command-line/text-table.js';
import { TurboCommand } from '../command-line/turbo-command.js';
import { threadsOfFlag } from '../command-line/usable-engine.js';
import { openEngine, requirePrecision, type TensorData } from '../engines/index.js';
import { predict } from '../models/predict.js';
import { checkPipelineInputs, withNegativeText } from '../models/predict-pipeline-inputs.js';
import { partRunner } from '../models/stable-diffusion/part-runner.js';
import { asksForPictures } from '../models/stable-diffusion/picture-inputs.js';
import { type PicturesRequest, predictPictures } from '../models/stable-diffusion/predict-pictures.js';
import { diffusionMergingOf } from '../reduction/registry.js';
import { openTrialModel, openTrialPipeline } from '../runner/open-trial-model.js';

export default class Predict extends TurboCommand {
  static override summary = 'Run one model on given tensors and write what it returns.';
  static override description =
    `Inputs and outputs have Hugging Face's names. In: pixel_values [B, 3, H, W] float32; input_ids, attention_mask and decoder_input_ids [T, L] int64. Out: logits, image_embeds, text_embeds, logits_per_image, itm_score, question_embeds, last_hidden_state, pooler_output, as far as the model has them; with --generate also sequences and sequences_scores, with a reduction also token_sizes, with --trace the tokens and sizes after every block.

Of a Stable Diffusion pipeline, or the folder of one of its parts, the part runs whose inputs are given. U-Net: sample [B, 4, h, w], timestep and encoder_hidden_states [B, T, C] give out_sample. Autoencoder: pixel_values or init_image gives mean and logvar; latents [B, 4, h, w], divided by scaling_factor, give images in -1 ... 1. Text encoder: input_ids gives last_hidden_state and pooler_output.

A text beside noise or a picture runs the whole pipeline. In: input_ids (or prompt_embeds), negative_input_ids (or negative_prompt_embeds), and latents [B, 4, h, w], noise of variance 1; or init_image [B, 3, H, W] with vae_noise and noise; ancestral_noise [calls, B, 4, h, w] where the scheduler adds some. Noise that is not given is drawn from --seed. Out: images and latents, with --trace the latents after every step.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %> ./models/emoji-clip --inputs in.safetensors --outputs out.safetensors',
    {
      description: 'With Turbo, and everything that a comparison with PyTorch needs',
      command:
        "<%= config.bin %> <%= command.id %> openai/clip-vit-base-patch16 --inputs in.safetensors --outputs out.safetensors --reduction '{method: turbo, tokensPerLayer: 5, alpha: 5}' --trace",
    },
    {
      description: 'Captions by beam search',
      command:
        "<%= config.bin %> <%= command.id %> Salesforce/blip-image-captioning-base --inputs in.safetensors --outputs out.safetensors --generate '{numBeams: 3, maxLength: 20, minLength: 5}'",
    },
    {
      description: 'Dense layers in 8-bit whole numbers',
      command:
        '<%= config.bin %> <%= command.id %> ./models/emoji-clip --inputs in.safetensors --outputs out.safetensors --precision int8-dynamic',
    },
    {
      description: 'One part of a Stable Diffusion pipeline, told by the names of the inputs',
      command:
        '<%= config.bin %> <%= command.id %> ./stable-diffusion-v1-5 --inputs in.safetensors --outputs out.safetensors --variant fp16',
    },
    {
      description: 'A whole run of a pipeline, with merged tokens',
      command:
        "<%= config.bin %> <%= command.id %> ./stable-diffusion-v1-5 --inputs in.safetensors --outputs out.safetensors --steps 20 --guidance 7.5 --scheduler ddim --reduction '{method: turbo, ratio: 0.5, alpha: 1}' --trace",
    },
  ];
  static override args = {
    model: Args.string({ description: 'Folder, checkpoint file, hub id, or random:PRESET.', required: true }),
  };
  static override flags = {
    inputs: Flags.file({ description: 'Safetensors file with the inputs.', required: true, exists: true }),
    outputs: Flags.file({ description: 'Safetensors file to write.', required: true }),
    reduction: modelFlags.reduction,
    'cross-modal': modelFlags['cross-modal'],
    generate: modelFlags.generate,
    'clip-skip': modelFlags['clip-skip'],
    variant: modelFlags.variant,
    engine: modelFlags.engine,
    device: modelFlags.device,
    precision: modelFlags.precision,
    threads: modelFlags.threads,
    ...diffusionFlags,
    trace: Flags.boolean({
      description: 'Also write tokens and sizes after every block, or the latents after every step.',
    }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Predict);
    const { trace, device, 'clip-skip': clipSkip } = flags;
    const reduction = reductionFrom(flags.reduction);
    const precision = precisionFrom(flags.precision);
    const generate = generationFrom(flags.generate);
    const crossModal = crossModalFrom(flags['cross-modal']);
    requireWritable(flags.outputs, 'outputs');
    const inputs = readTensors(flags.inputs) as ReadonlyMap<string, TensorData>;
    const engine = await openEngine(flags.engine);
    const threads = threadsOfFlag(engine, device, flags.threads);
    requirePrecision(engine, precision, device);
    const choice = modelFrom(args.model, flags);
    const opening = { onNotice: (text: string) => this.logToStderr(text) };
    const pipeline = await openTrialPipeline(choice, 0, opening);
    if (pipeline !== undefined) {
      refuseFlags(flags, ['cross-modal', 'generate'], 'a Stable Diffusion pipeline');
      const setting = {
        pipeline,
        engine,
        session: { threads, device, precision },
        merging: diffusionMergingOf(reduction),
        trace,
      };
      try {
        await checkPipelineInputs(pipeline, inputs);
        const results = asksForPictures(inputs)
          ? await runWhole(setting, inputs, flags, clipSkip ?? 0)
          : await runPart(setting, inputs, flags);
        return await this.hand(flags.outputs, new Map(Object.entries(results)));
      } finally {
        pipeline.close();
      }
    }
    refuseFlags(flags, ['clip-skip', ...Object.keys(diffusionFlags)], 'this model');
    const model = await openTrialModel(choice, 0, opening);
    try {
      const session = { threads, device, precision };
      const request = { model, engine, inputs, reduction, generate, crossModal, trace, session };
      const { outputs, tokensAfterBlock } = await predict(request);
      return { ...(await this.hand(flags.outputs, outputs)), tokensAfterBlock };
    } finally {
      model.close();
    }
  }

  /** Writes the outputs and lists them. */
  private async hand(file: string, outputs: ReadonlyMap<string, TensorData>): Promise<{ outputs: object }> {
    await writeTensors(file, outputs as ReadonlyMap<string, Tensor>);
    const rows = [...outputs].map(([name, { dtype, shape }]) => [name, dtype, `[${shape.join(', ')}]`]);
    this.log(textTable(['output', 'dtype', 'shape'], rows));
    return {
      outputs: Object.fromEntries([...outputs].map(([name, { dtype, shape }]) => [name, { dtype, shape }])),
    };
  }
}

type RunFlags = Readonly<Partial<Record<keyof typeof diffusionFlags, string | number>>>;

/** How a whole pipeline runs; defaults are those of diffusers, with fewer steps. */
function runOptions({ steps, guidance, scheduler, strength, seed }: RunFlags) {
  return {
    steps: Number(steps ?? 20),
    guidanceScale: numberFrom('guidance', guidance as string | undefined) ?? 7.5,
    scheduler: schedulerFrom(scheduler as string | undefined),
    strength: numberFrom('strength', strength as string | undefined) ?? 0.8,
    seed: Number(seed ?? 0),
  };
}

type Setting = Pick<PicturesRequest, 'pipeline' | 'engine' | 'session' | 'merging' | 'trace'>;

/** From texts to pictures. */
async function runWhole(
  setting: Setting,
  given: ReadonlyMap<string, TensorData>,
  flags: RunFlags,
  clipSkip: number,
): Promise<Record<string, TensorData>> {
  const options = runOptions(flags);
  if (!given.has('init_image')) refuseFlags(flags, ['strength'], 'text-to-image, which has no init_image');
  const inputs = options.guidanceScale === 1 ? given : await withNegativeText(setting.pipeline, given);
  return predictPictures({ ...setting, ...options, inputs, clipSkip });
}

/** One part of a pipeline, told by its inputs. */
async function runPart(
  { pipeline, ...options }: Setting,
  inputs: ReadonlyMap<string, TensorData>,
  flags: Readonly<Record<string, unknown>>,
): Promise<Record<string, TensorData>> {
  refuseFlags(flags, Object.keys(diffusionFlags), 'a part of a Stable Diffusion pipeline');
  if (!inputs.has('sample')) refuseFlags(flags, ['reduction', 'trace'], 'a part other than the U-Net');
  const runner = partRunner(pipeline, { ...options, clipSkip: flags['clip-skip'] as number | undefined });
  return runner.run(inputs).finally(() => runner.release());
}
