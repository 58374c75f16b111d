/**
 * The config of an official BLIP checkpoint, told by the names and shapes of its tensors: these files come as one `.pth` without a config.
 *
 * Source: github.com/salesforce/BLIP, `models/vit.py` (epsilon 1e-6), `models/blip.py` (`create_vit`: 768/12 and 1024/16 heads; `init_tokenizer`: `[DEC]` and
 * `[ENC]` behind the vocabulary of bert-base-uncased), `models/blip_*.py` (heads), `configs/med_config.json` (text). Momentum copies (`*_m.*`) and queues of
 * pre-training are not looked at.
 */
import { TurboError } from '../../errors/turbo-error.js';
import type { ConfigFile } from '../config.js';

/** Tensors of a checkpoint by name. */
export type TensorShapes = ReadonlyMap<string, readonly number[]>;

/** Width of an attention head, in both modalities and sizes. */
const headWidth = 64;
const bertBaseUncased = { pad_token_id: 0, sep_token_id: 102 };

const encoder = 'text_encoder';
const decoder = 'text_decoder.bert';
const words = 'embeddings.word_embeddings.weight';

/** What each network alone holds; the first that fits is taken, and a pre-training file, which holds all but the first, is one for retrieval. */
const networks = [
  { architecture: 'BLIP_NLVR', holds: ['cls_head.0.weight', `${encoder}.${words}`], text: encoder },
  {
    architecture: 'BlipForImageTextRetrieval',
    holds: ['itm_head.weight', 'vision_proj.weight'],
    text: encoder,
  },
  {
    architecture: 'BlipForQuestionAnswering',
    holds: [`${encoder}.${words}`, `${decoder}.${words}`],
    text: encoder,
  },
  { architecture: 'BlipForConditionalGeneration', holds: [`${decoder}.${words}`], text: decoder },
] as const;

/**
 * @param file where the tensors lie, for errors
 * @throws TurboError with all that is missing or cannot be
 */
export function officialConfig(shapes: TensorShapes, file: string): ConfigFile {
  const faults: string[] = [];
  const network = networks.find(({ holds }) => holds.every((name) => shapes.has(name)));
  const vision = visionConfig(shapes, faults);
  if (network === undefined) {
    const choices = networks.map(({ architecture, holds }) => `${holds.join(' and ')} (${architecture})`);
    faults.push(`no tensors that tell the network: ${choices.join('; ')}`);
  }
  const text = network === undefined ? null : textConfig(shapes, network.text, faults);
  if (faults.length > 0 || network === undefined) throw cannotInfer(file, faults);
  const { architecture } = network;
  const fields = {
    model_type: architecture === 'BLIP_NLVR' ? 'blip_nlvr' : 'blip',
    architectures: [architecture],
    vision_config: vision,
    text_config: text,
    ...(architecture === 'BlipForImageTextRetrieval' && {
      image_text_hidden_size: shapes.get('vision_proj.weight')![0],
    }),
  };
  return { where: `${file} (config inferred from its tensors)`, fields };
}

function visionConfig(shapes: TensorShapes, faults: string[]): object | null {
  const names = {
    patches: 'visual_encoder.patch_embed.proj.weight',
    positions: 'visual_encoder.pos_embed',
    mlp: 'visual_encoder.blocks.0.mlp.fc1.weight',
  };
  const patches = look(shapes, names.patches, 4, faults);
  const positions = look(shapes, names.positions, 3, faults);
  const mlp = look(shapes, names.mlp, 2, faults);
  if (patches === null || positions === null || mlp === null) return null;
  const [width, channels, patch, patchWidth] = patches as [number, number, number, number];
  const side = Math.sqrt(positions[1]! - 1);
  if (patch !== patchWidth)
    faults.push(`${names.patches} [${patches.join(', ')}] has patches that are no squares`);
  if (!Number.isInteger(side) || side === 0)
    faults.push(
      `${names.positions} [${positions.join(', ')}] is no square grid of patches behind a class token`,
    );
  return {
    hidden_size: width,
    num_hidden_layers: layerCount(shapes, (layer) => `visual_encoder.blocks.${layer}.norm1.weight`),
    num_attention_heads: headCount(names.patches, width, faults),
    num_channels: channels,
    patch_size: patch,
    image_size: side * patch,
    intermediate_size: mlp[0],
    mlp_ratio: mlp[0]! / width,
    layer_norm_eps: 1e-6,
    hidden_act: 'gelu',
  };
}

function textConfig(shapes: TensorShapes, prefix: string, faults: string[]): object | null {
  const table = look(shapes, `${prefix}.${words}`, 2, faults);
  const positions = look(shapes, `${prefix}.embeddings.position_embeddings.weight`, 2, faults);
  const mlp = look(shapes, `${prefix}.encoder.layer.0.intermediate.dense.weight`, 2, faults);
  if (table === null || positions === null || mlp === null) return null;
  const [vocabulary, width] = table as [number, number];
  return {
    vocab_size: vocabulary,
    hidden_size: width,
    num_hidden_layers: layerCount(
      shapes,
      (layer) => `${prefix}.encoder.layer.${layer}.intermediate.dense.weight`,
    ),
    num_attention_heads: headCount(`${prefix}.${words}`, width, faults),
    max_position_embeddings: positions[0],
    intermediate_size: mlp[0],
    layer_norm_eps: 1e-12,
    hidden_act: 'gelu',
    ...bertBaseUncased,
    bos_token_id: vocabulary - 2,
    enc_token_id: vocabulary - 1,
  };
}

/** The shape of a tensor that must be there. */
function look(shapes: TensorShapes, name: string, axes: number, faults: string[]): readonly number[] | null {
  const shape = shapes.get(name);
  if (shape?.length === axes) return shape;
  faults.push(
    shape === undefined
      ? `missing: ${name}`
      : `wrong shape: ${name} is [${shape.join(', ')}], needs ${axes} axes`,
  );
  return null;
}

function layerCount(shapes: TensorShapes, nameOf: (layer: number) => string): number {
  let layers = 0;
  while (shapes.has(nameOf(layers))) layers++;
  return layers;
}

function headCount(name: string, width: number, faults: string[]): number {
  if (width % headWidth !== 0)
    faults.push(`${name} has width ${width}, which heads of ${headWidth} do not divide`);
  return width / headWidth;
}

function cannotInfer(file: string, faults: readonly string[]): TurboError {
  return new TurboError(
    `The tensors do not tell a config, as those of an official BLIP checkpoint do:\n    ${faults.join('\n    ')}`,
    {
      where: file,
      allowed: 'an official checkpoint of BLIP, or any of BLIP with its config',
      next: 'put a config.json of model_type blip or blip_nlvr beside the file; for any other model name the folder that holds config.json and weights',
    },
  );
}
