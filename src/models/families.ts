/** The model families, found by the `model_type` of a config. A new one is one folder and one line here. */
import { oneOf } from '../errors/did-you-mean.js';
import { TurboError } from '../errors/turbo-error.js';
import { blip } from './blip/blip.js';
import { blipNlvr } from './blip/nlvr.js';
import { clip } from './clip/clip.js';
import { type ConfigFile, diffusersNetwork, parseConfig } from './config.js';
import { deit } from './deit/deit.js';
import { dinov2 } from './dinov2/dinov2.js';
import type { Family, Network } from './network.js';
import type { HasParameter } from './parameters.js';
import { siglip } from './siglip/siglip.js';
import { vit } from './vit/vit.js';

export const families: readonly Family[] = [vit, deit, dinov2, clip, siglip, blip, blipNlvr];

/** The family and architecture that a config names. */
export function familyOf(config: ConfigFile): { family: Family; architecture: string } {
  const { model_type: modelType, architectures } = config.fields;
  const family = families.find((candidate) => candidate.modelType === modelType);
  if (family === undefined) {
    if ('_class_name' in config.fields) throw diffusersNetwork(config);
    throw new TurboError(
      modelType === undefined ? 'The config names no model_type.' : 'The model_type is not supported.',
      {
        value: modelType ?? null,
        allowed: oneOf(
          String(modelType),
          families.map((candidate) => candidate.modelType),
        ),
        where: config.where,
        next: 'turbo-bench list models',
      },
    );
  }
  const named: unknown = Array.isArray(architectures) ? architectures[0] : undefined;
  const architecture = named ?? family.architectures[0]!;
  if (typeof architecture !== 'string' || !family.architectures.includes(architecture)) {
    throw new TurboError(`This architecture of the family ${family.name} is not supported.`, {
      value: named,
      allowed: oneOf(String(named), family.architectures),
      where: config.where,
    });
  }
  return { family, architecture };
}

/** Checks a config and builds the network that it describes, still without weights. */
export function networkOf(config: ConfigFile, has: HasParameter): { family: Family; network: Network } {
  const { family, architecture } = familyOf(config);
  const network = family.network(parseConfig(family.schema, config), architecture, has);
  const { width, heads } = network.encoderFor(network.trainedImage);
  if (width % heads !== 0) {
    throw new TurboError('The number of attention heads does not divide the width.', {
      value: { hidden_size: width, num_attention_heads: heads },
      where: config.where,
    });
  }
  return { family, network };
}
