import { Args, Flags } from '@oclif/core';
import { readTensors, type Tensor, writeTensors } from '../checkpoints/tensors.js';
import { crossModalFrom, generationFrom, modelFlags, reductionFrom } from '../command-line/model-flags.js';
import { refuseFlags } from '../command-line/refuse-flags.js';
import { textTable } from '../command-line/text-table.js';
import { TurboCommand } from '../command-line/turbo-command.js';
import { openEngine, type TensorData } from '../engines/index.js';
import { messageOf, TurboError } from '../errors/turbo-error.js';
import { modelChoice } from '../experiment/model-entry.js';
import { predict } from '../models/predict.js';
import { partRunner } from '../models/stable-diffusion/part-runner.js';
import { openTrialModel, openTrialPipeline } from '../runner/open-trial-model.js';

export default class Predict extends TurboCommand {
  static override summary = 'Run one model on given tensors and write what it returns.';
  static override description =
    `Inputs and outputs have Hugging Face's names. In: pixel_values [B, 3, H, W] float32; input_ids, attention_mask and decoder_input_ids [T, L] int64. Out: logits, image_embeds, text_embeds, logits_per_image, itm_score, question_embeds, last_hidden_state, pooler_output, as far as the model has them; with --generate also sequences and sequences_scores, with a reduction also token_sizes, with --trace the tokens and sizes after every block.

Of a Stable Diffusion pipeline, or the folder of one of its parts, the part runs whose inputs are given. U-Net: sample [B, 4, h, w], timestep and encoder_hidden_states [B, T, C] give out_sample. Autoencoder: pixel_values or init_image gives mean and logvar; latents [B, 4, h, w], divided by scaling_factor, give images in -1 ... 1. Text encoder: input_ids gives last_hidden_state and pooler_output.`;
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
      description: 'One part of a Stable Diffusion pipeline, told by the names of the inputs',
      command:
        '<%= config.bin %> <%= command.id %> ./stable-diffusion-v1-5 --inputs in.safetensors --outputs out.safetensors --variant fp16',
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
    threads: modelFlags.threads,
    trace: Flags.boolean({ description: 'Also write tokens and sizes after every block.' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Predict);
    const { trace, threads, variant, 'clip-skip': clipSkip } = flags;
    const reduction = reductionFrom(flags.reduction);
    const generate = generationFrom(flags.generate);
    const crossModal = crossModalFrom(flags['cross-modal']);
    const inputs = readTensors(flags.inputs) as ReadonlyMap<string, TensorData>;
    const engine = await openEngine(flags.engine);
    const choice = { ...modelChoice(args.model), ...(variant === undefined ? {} : { variant }) };
    const opening = { onNotice: (text: string) => this.logToStderr(text) };
    const pipeline = await openTrialPipeline(choice, 0, opening);
    if (pipeline !== undefined) {
      refuseFlags(
        flags,
        ['reduction', 'cross-modal', 'generate', 'trace'],
        'a part of a Stable Diffusion pipeline',
      );
      const runner = partRunner(pipeline, { engine, session: { threads }, clipSkip });
      try {
        return await this.hand(flags.outputs, new Map(Object.entries(await runner.run(inputs))));
      } finally {
        await runner.release();
        pipeline.close();
      }
    }
    refuseFlags(flags, ['clip-skip'], 'this model');
    const model = await openTrialModel(choice, 0, opening);
    try {
      const request = { model, engine, inputs, reduction, generate, crossModal, trace, threads };
      const { outputs, tokensAfterBlock } = await predict(request);
      return { ...(await this.hand(flags.outputs, outputs)), tokensAfterBlock };
    } finally {
      model.close();
    }
  }

  /** Writes the outputs and lists them. */
  private async hand(file: string, outputs: ReadonlyMap<string, TensorData>): Promise<{ outputs: object }> {
    await writeOutputs(file, outputs);
    const rows = [...outputs].map(([name, { dtype, shape }]) => [name, dtype, `[${shape.join(', ')}]`]);
    this.log(textTable(['output', 'dtype', 'shape'], rows));
    return {
      outputs: Object.fromEntries([...outputs].map(([name, { dtype, shape }]) => [name, { dtype, shape }])),
    };
  }
}

async function writeOutputs(file: string, outputs: ReadonlyMap<string, TensorData>): Promise<void> {
  try {
    await writeTensors(file, outputs as ReadonlyMap<string, Tensor>);
  } catch (cause) {
    throw new TurboError('Cannot write the outputs', { where: file, value: messageOf(cause), cause });
  }
}
