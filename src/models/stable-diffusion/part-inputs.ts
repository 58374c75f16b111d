/** Which network of a pipeline is meant, told by the names of the tensors that it is given. */
import type { TensorData } from '../../engines/index.js';
import { oneOf } from '../../errors/did-you-mean.js';
import { TurboError } from '../../errors/turbo-error.js';

/** What each network takes, under the names of diffusers and transformers. */
export const networkInputs = {
  unet: ['sample', 'timestep', 'encoder_hidden_states'],
  'vae encoder': ['pixel_values'],
  'vae decoder': ['latents'],
  'text encoder': ['input_ids'],
} as const;
export type NetworkName = keyof typeof networkInputs;

/** What a network takes where it is asked for, and does without otherwise. */
const optionalInputs: Readonly<Partial<Record<NetworkName, readonly string[]>>> = {
  unet: ['prompt_content'],
};

/** `init_image` is what a picture is called in image-to-image. */
const otherNames: Readonly<Record<string, string>> = { init_image: 'pixel_values' };

const networks = Object.keys(networkInputs) as NetworkName[];
const known = [
  ...networks.flatMap((name) => [...networkInputs[name], ...(optionalInputs[name] ?? [])]),
  ...Object.keys(otherNames),
];

export interface PartInputs {
  readonly network: NetworkName;
  /** All that the network takes, by name. */
  readonly tensors: Readonly<Record<string, TensorData>>;
}

/** @throws TurboError for an unknown name, for inputs of two networks, and for an input that is missing */
export function partInputs(given: ReadonlyMap<string, TensorData>): PartInputs {
  const tensors: Record<string, TensorData> = {};
  for (const [name, tensor] of given) {
    if (!known.includes(name)) {
      throw new TurboError('No part of the pipeline takes an input of this name.', {
        value: name,
        allowed: oneOf(name, known),
      });
    }
    const usual = otherNames[name] ?? name;
    if (tensors[usual] !== undefined) {
      throw new TurboError('The picture is given twice.', {
        value: [...given.keys()],
        allowed: 'one of the two',
      });
    }
    tensors[usual] = tensor;
  }
  const meant = networks.filter((name) => networkInputs[name].some((one) => tensors[one] !== undefined));
  const [network] = meant;
  if (network === undefined || meant.length > 1) {
    throw new TurboError('The inputs must be those of one part of the pipeline.', {
      value: [...given.keys()],
      allowed: networks.map((name) => `${networkInputs[name].join(' + ')} (${name})`).join(', '),
      next: 'give the inputs of each part in a call of its own',
    });
  }
  const missing = networkInputs[network].filter((name) => tensors[name] === undefined);
  if (missing.length > 0) {
    throw new TurboError(`The ${network} needs more inputs.`, {
      value: [...given.keys()],
      allowed: `${missing.join(' and ')} as well`,
    });
  }
  return { network, tensors };
}
