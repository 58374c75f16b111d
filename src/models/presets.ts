/**
 * Architectures at full size, for measuring speed with random weights and nothing downloaded.
 *
 * Configs: those of the checkpoints named beside them, as published on the Hugging Face hub.
 */
import { oneOf } from '../errors/did-you-mean.js';
import { TurboError } from '../errors/turbo-error.js';
import type { ConfigFile } from './config.js';

export interface Preset {
  readonly name: string;
  readonly summary: string;
  /** Side of the images it is usually given, where that is not `image_size`. */
  readonly usualImageSize?: number;
  readonly config: Readonly<Record<string, unknown>>;
}

const imagenetHead = { num_labels: 1000 };
const base = { hidden_size: 768, num_hidden_layers: 12, num_attention_heads: 12, intermediate_size: 3072 };
const large = { hidden_size: 1024, num_hidden_layers: 24, num_attention_heads: 16, intermediate_size: 4096 };
const huge = {
  hidden_size: 1280,
  num_hidden_layers: 32,
  num_attention_heads: 16,
  intermediate_size: 5120,
};
const tiny = { hidden_size: 192, num_hidden_layers: 12, num_attention_heads: 3, intermediate_size: 768 };
const small = { hidden_size: 384, num_hidden_layers: 12, num_attention_heads: 6, intermediate_size: 1536 };

function vit(size: object, patch: number): Preset['config'] {
  const architectures = ['ViTForImageClassification'];
  return { model_type: 'vit', architectures, ...size, image_size: 224, patch_size: patch, ...imagenetHead };
}

function clip(vision: object, text: { width: number; heads: number; projection: number }): Preset['config'] {
  return {
    model_type: 'clip',
    architectures: ['CLIPModel'],
    projection_dim: text.projection,
    vision_config: { ...vision },
    text_config: {
      hidden_size: text.width,
      intermediate_size: 4 * text.width,
      num_attention_heads: text.heads,
    },
  };
}

function dinov2(size: { hidden_size: number; num_attention_heads: number }): Preset['config'] {
  return { model_type: 'dinov2', architectures: ['Dinov2Model'], ...size, image_size: 518, patch_size: 14 };
}

function blip(size: object, architecture: string, side: number): Preset['config'] {
  const vision = { ...size, image_size: side, patch_size: 16 };
  const text = { hidden_size: 768, num_attention_heads: 12 };
  return architecture === 'BLIP_NLVR'
    ? { model_type: 'blip_nlvr', architectures: [architecture], vision_config: vision, text_config: text }
    : { model_type: 'blip', architectures: [architecture], vision_config: vision, text_config: text };
}

const blipTasks = [
  {
    task: 'captioning',
    architecture: 'BlipForConditionalGeneration',
    side: 384,
    like: 'blip-image-captioning',
  },
  { task: 'retrieval', architecture: 'BlipForImageTextRetrieval', side: 384, like: 'blip-itm' },
  { task: 'vqa', architecture: 'BlipForQuestionAnswering', side: 480, like: 'blip-vqa' },
  { task: 'nlvr', architecture: 'BLIP_NLVR', side: 384, like: '' },
] as const;

const blipPresets: readonly Preset[] = [
  { name: 'base', size: base, vit: 'ViT-B/16' },
  { name: 'large', size: large, vit: 'ViT-L/16' },
].flatMap(({ name, size, vit: encoder }) =>
  blipTasks.map(({ task, architecture, side, like }) => ({
    name: `blip-${name}-${task}`,
    summary: `BLIP with ${encoder} for ${task}, ${side} px${like === '' ? '' : ` (Salesforce/${like}-${name})`}`,
    config: blip(size, architecture, side),
  })),
);

const four = <Value>(value: Value): Value[] => Array<Value>(4).fill(value);

/** `unet` and `text` hold what Stable Diffusion 1.x and 2.x do not share. */
function stableDiffusion(unet: object, text: object): Preset['config'] {
  return {
    _class_name: 'StableDiffusionPipeline',
    unet: { _class_name: 'UNet2DConditionModel', ...unet },
    vae: {
      _class_name: 'AutoencoderKL',
      block_out_channels: [128, 256, 512, 512],
      down_block_types: four('DownEncoderBlock2D'),
      up_block_types: four('UpDecoderBlock2D'),
      layers_per_block: 2,
      scaling_factor: 0.18215,
    },
    text_encoder: {
      model_type: 'clip_text_model',
      architectures: ['CLIPTextModel'],
      eos_token_id: 2,
      ...text,
    },
  };
}

const clipL = { hidden_size: 768, num_hidden_layers: 12, num_attention_heads: 12, intermediate_size: 3072 };
/** All layers of OpenCLIP's ViT-H/14 but the last. */
const openClipH = {
  hidden_size: 1024,
  num_hidden_layers: 23,
  num_attention_heads: 16,
  intermediate_size: 4096,
};

function stableDiffusion2(latentSide: number): Preset['config'] {
  const unet = {
    sample_size: latentSide,
    cross_attention_dim: 1024,
    attention_head_dim: [5, 10, 20, 20],
    use_linear_projection: true,
  };
  return stableDiffusion(unet, { ...openClipH, hidden_act: 'gelu' });
}

const diffusionPresets: readonly Preset[] = [
  {
    name: 'sd-1.5',
    summary: 'Stable Diffusion 1.5, 512 px (stable-diffusion-v1-5/stable-diffusion-v1-5)',
    config: stableDiffusion(
      { sample_size: 64, cross_attention_dim: 768 },
      { ...clipL, hidden_act: 'quick_gelu' },
    ),
  },
  {
    name: 'sd-2.1-base',
    summary: 'Stable Diffusion 2.1, 512 px (stabilityai/stable-diffusion-2-1-base)',
    config: stableDiffusion2(64),
  },
  {
    name: 'sd-2.1',
    summary: 'Stable Diffusion 2.1, 768 px (stabilityai/stable-diffusion-2-1)',
    config: stableDiffusion2(96),
  },
];

const baseText = { width: 512, heads: 8, projection: 512 };
const largeText = { width: 768, heads: 12, projection: 768 };

export const presets: readonly Preset[] = [
  { name: 'vit-ti16', summary: 'ViT-Ti/16, 224 px (facebook/deit-tiny-patch16-224)', config: vit(tiny, 16) },
  { name: 'vit-s16', summary: 'ViT-S/16, 224 px (facebook/deit-small-patch16-224)', config: vit(small, 16) },
  { name: 'vit-b16', summary: 'ViT-B/16, 224 px (google/vit-base-patch16-224)', config: vit(base, 16) },
  { name: 'vit-l16', summary: 'ViT-L/16, 224 px (google/vit-large-patch16-224)', config: vit(large, 16) },
  {
    name: 'vit-h14',
    summary: 'ViT-H/14, 224 px (google/vit-huge-patch14-224-in21k, with a head)',
    config: vit(huge, 14),
  },
  {
    name: 'deit-s16',
    summary: 'DeiT-S/16 distilled, 224 px (facebook/deit-small-distilled-patch16-224)',
    config: {
      model_type: 'deit',
      architectures: ['DeiTForImageClassificationWithTeacher'],
      ...small,
      image_size: 224,
      patch_size: 16,
      ...imagenetHead,
    },
  },
  {
    name: 'clip-b32',
    summary: 'CLIP ViT-B/32, 224 px (openai/clip-vit-base-patch32)',
    config: clip({ ...base, patch_size: 32 }, baseText),
  },
  {
    name: 'clip-b16',
    summary: 'CLIP ViT-B/16, 224 px (openai/clip-vit-base-patch16)',
    config: clip({ ...base, patch_size: 16 }, baseText),
  },
  {
    name: 'clip-l14',
    summary: 'CLIP ViT-L/14, 224 px (openai/clip-vit-large-patch14)',
    config: clip({ ...large, patch_size: 14 }, largeText),
  },
  {
    name: 'clip-l14-336',
    summary: 'CLIP ViT-L/14, 336 px (openai/clip-vit-large-patch14-336)',
    config: clip({ ...large, patch_size: 14, image_size: 336 }, largeText),
  },
  {
    name: 'dinov2-s14',
    summary: 'DINOv2-S/14, given 224 px (facebook/dinov2-small)',
    usualImageSize: 224,
    config: dinov2({ hidden_size: 384, num_attention_heads: 6 }),
  },
  {
    name: 'dinov2-b14',
    summary: 'DINOv2-B/14, given 224 px (facebook/dinov2-base)',
    usualImageSize: 224,
    config: dinov2({ hidden_size: 768, num_attention_heads: 12 }),
  },
  {
    name: 'siglip-b16',
    summary: 'SigLIP-B/16, 224 px (google/siglip-base-patch16-224)',
    config: {
      model_type: 'siglip',
      architectures: ['SiglipModel'],
      vision_config: { ...base },
      text_config: { ...base },
    },
  },
  ...blipPresets,
  ...diffusionPresets,
];

export const presetNames: readonly string[] = presets.map(({ name }) => name);

/** The preset of that name. */
export function findPreset(name: string): Preset {
  const preset = presets.find((candidate) => candidate.name === name);
  if (preset !== undefined) return preset;
  throw new TurboError('There is no preset of this name.', {
    value: name,
    allowed: oneOf(name, presetNames),
    next: 'turbo-bench list models',
  });
}

/** Its config, for a model trained at `imageSize` where one is given (DINOv2 keeps its positions and interpolates). */
export function presetConfig({ name, config, usualImageSize }: Preset, imageSize?: number): ConfigFile {
  const where = `preset ${name}`;
  if (imageSize === undefined || usualImageSize !== undefined) return { where, fields: config };
  const { vision_config: vision } = config;
  const fields =
    vision === undefined
      ? { ...config, image_size: imageSize }
      : { ...config, vision_config: { ...(vision as object), image_size: imageSize } };
  return { where, fields };
}
