/** What all families of vision transformers say of their image encoder in the same fields of the config: sizes, and how many tokens the blocks see. */
import { type ImageSide, patchGrid } from './config.js';
import type { Network } from './network.js';

interface VisionFields {
  readonly image_size: ImageSide;
  readonly patch_size: ImageSide;
  readonly num_channels: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly hidden_size: number;
}

/** @param leading how many tokens stand before the patches: none, a class token, or class and distillation token */
export function visionShape(
  config: VisionFields,
  leading: 0 | 1 | 2,
): Pick<Network, 'trainedImage' | 'patch' | 'channels' | 'encoderFor'> {
  return {
    trainedImage: config.image_size,
    patch: config.patch_size,
    channels: config.num_channels,
    encoderFor(image) {
      const { rows, columns } = patchGrid(image, config.patch_size);
      return {
        layerCount: config.num_hidden_layers,
        tokenCount: leading + rows * columns,
        classToken: leading > 0,
        distillationToken: leading > 1,
        width: config.hidden_size,
        heads: config.num_attention_heads,
      };
    },
  };
}
