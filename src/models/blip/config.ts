/** `config.json` of BLIP. Source: `configuration_blip.py` of transformers; `configs/` of the official repository for NLVR2. */
import { z } from 'zod';
import { Activation, ImageSide } from '../config.js';

const textFields = {
  vocab_size: z.int().min(1).default(30524),
  hidden_size: z.int().min(1).default(768),
  num_hidden_layers: z.int().min(1).default(12),
  max_position_embeddings: z.int().min(1).default(512),
  pad_token_id: z.int().min(0).default(0),
  /** Ends a text. `eos_token_id` of these configs is not what ends it. */
  sep_token_id: z.int().min(0).default(102),
  hidden_act: Activation.default('gelu'),
  layer_norm_eps: z.number().positive().default(1e-12),
};

/** Text encoder and decoder are one architecture: BERT with cross-attention to the image tokens. */
export const BlipTextConfig = z.object({
  ...textFields,
  intermediate_size: z.int().min(1).default(3072),
  num_attention_heads: z.int().min(1).default(8),
  /** `[DEC]`, with which decoding starts; `[ENC]` follows it. */
  bos_token_id: z.int().min(0).default(30522),
});

const visionFields = {
  hidden_size: z.int().min(1).default(768),
  num_hidden_layers: z.int().min(1).default(12),
  num_attention_heads: z.int().min(1).default(12),
  num_channels: z.int().min(1).default(3),
  image_size: ImageSide.default({ height: 384, width: 384 }),
  patch_size: ImageSide.default({ height: 16, width: 16 }),
  hidden_act: Activation.default('gelu'),
};

export const BlipVisionConfig = z.object({
  ...visionFields,
  intermediate_size: z.int().min(1).default(3072),
  layer_norm_eps: z.number().positive().default(1e-5),
});

export const BlipConfig = z
  .object({
    text_config: BlipTextConfig.nullish(),
    vision_config: BlipVisionConfig.nullish(),
    /** Width of the shared space of image and text in retrieval. */
    image_text_hidden_size: z.int().min(1).default(256),
  })
  .transform((config) => ({
    text: { ...(config.text_config ?? BlipTextConfig.parse({})) },
    vision: config.vision_config ?? BlipVisionConfig.parse({}),
    projected: config.image_text_hidden_size,
  }));
export type BlipConfig = z.infer<typeof BlipConfig>;

/** NLVR2, which transformers does not know: the sizes of the official network in a config of the same manner. */
export const BlipNlvrConfig = z
  .object({
    text_config: z
      .object({
        ...textFields,
        intermediate_size: z.int().min(1).default(3072),
        num_attention_heads: z.int().min(1).default(12),
        enc_token_id: z.int().min(0).default(30523),
      })
      .prefault({}),
    vision_config: z
      .object({
        ...visionFields,
        mlp_ratio: z.number().positive().default(4),
        layer_norm_eps: z.number().positive().default(1e-6),
      })
      .prefault({}),
  })
  .transform(({ text_config: text, vision_config: vision }) => ({
    text: { ...text, bos_token_id: text.enc_token_id - 1 },
    vision: { ...vision, intermediate_size: Math.trunc(vision.hidden_size * vision.mlp_ratio) },
  }));
export type BlipNlvrConfig = z.infer<typeof BlipNlvrConfig>;

export type BlipText = BlipConfig['text'];
export type BlipVision = BlipConfig['vision'];

/** `[ENC]`, which stands in place of `[CLS]` where a text is read together with an image. */
export function encoderTokenId({ bos_token_id: decoderToken }: Pick<BlipText, 'bos_token_id'>): number {
  return decoderToken + 1;
}
