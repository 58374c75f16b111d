/**
 * What a whole run of a pipeline takes as tensors: texts, and noise or a picture. Names are those of diffusers' pipelines; noise that is not given is drawn
 * from the seed.
 */
import { gaussianNoise, type NoisePurpose } from '../../diffusion/noise.js';
import { pickRows, type TensorData } from '../../engines/index.js';
import { oneOf } from '../../errors/did-you-mean.js';
import { TurboError } from '../../errors/turbo-error.js';
import { wrongInput } from '../predict.js';

const texts = ['input_ids', 'prompt_embeds'];
const sources = ['latents', 'init_image'];
const others = [
  'negative_input_ids',
  'negative_prompt_embeds',
  'prompt_content',
  'ancestral_noise',
  'vae_noise',
  'noise',
];
const known = [...texts, ...sources, ...others];

/** Whether these tensors are those of a whole run: a text beside noise or a picture. */
export function asksForPictures(inputs: ReadonlyMap<string, TensorData>): boolean {
  return texts.some((name) => inputs.has(name)) && [...sources, ...others].some((name) => inputs.has(name));
}

export interface NoiseSettings {
  readonly seed: number;
  /** [batch, channels, h, w] of the latents. */
  readonly shape: readonly number[];
}

/** Noise of one purpose for a batch: the given tensor, or drawn picture by picture. @throws TurboError for a given one of another shape */
export function noiseOf(
  inputs: ReadonlyMap<string, TensorData>,
  name: string,
  purpose: NoisePurpose,
  { seed, shape }: NoiseSettings,
): Float32Array {
  const given = inputs.get(name);
  if (given !== undefined) return floats(name, given, shape).data as Float32Array;
  const [batch, ...rest] = shape as [number, ...number[]];
  const each = rest.reduce((product, side) => product * side, 1);
  const drawn = new Float32Array(batch * each);
  for (let picture = 0; picture < batch; picture++)
    drawn.set(gaussianNoise({ seed, purpose, picture }, each), picture * each);
  return drawn;
}

/** Noise of the step at a call: a slice of `ancestral_noise` [calls, batch, channels, h, w], or drawn. */
export function stepNoiseOf(
  inputs: ReadonlyMap<string, TensorData>,
  calls: number,
  settings: NoiseSettings,
): (call: number) => Float32Array {
  const given = inputs.get('ancestral_noise');
  const count = settings.shape.reduce((product, side) => product * side, 1);
  if (given !== undefined) {
    const { data } = floats('ancestral_noise', given, [calls, ...settings.shape]);
    return (call) => (data as Float32Array).slice(call * count, (call + 1) * count);
  }
  const [batch] = settings.shape as [number];
  return (call) => {
    const drawn = new Float32Array(count);
    for (let picture = 0; picture < batch; picture++) {
      const stream = { seed: settings.seed, purpose: 'ancestral', picture, step: call } as const;
      drawn.set(gaussianNoise(stream, count / batch), (picture * count) / batch);
    }
    return drawn;
  };
}

/** @throws TurboError when the tensor is not float32 of this shape */
export function floats(name: string, tensor: TensorData, shape: readonly number[]): TensorData {
  const fits =
    tensor.dtype === 'float32' &&
    tensor.shape.length === shape.length &&
    shape.every((side, axis) => side === tensor.shape[axis]);
  if (!fits) throw wrongInput(name, tensor, `float32 [${shape.join(', ')}]`);
  return tensor;
}

/** One row for every picture: the given rows, or one row for all of them. */
export function rowForEach(name: string, tensor: TensorData, batch: number): TensorData {
  const [rows] = tensor.shape as [number];
  if (rows === batch) return tensor;
  if (rows !== 1) throw wrongInput(name, tensor, `1 or ${batch} rows`);
  return pickRows(tensor, Array<number>(batch).fill(0));
}

/** @throws TurboError for a name that no pipeline takes, and for two texts or two starts */
export function checkPictureInputs(inputs: ReadonlyMap<string, TensorData>): void {
  for (const name of inputs.keys())
    if (!known.includes(name))
      throw new TurboError('A pipeline takes no input of this name.', {
        value: name,
        allowed: oneOf(name, known),
      });
  for (const group of [texts, sources]) {
    const given = group.filter((name) => inputs.has(name));
    if (given.length > 1)
      throw new TurboError('The pipeline is told twice what to begin with.', {
        value: given,
        allowed: `one of ${group.join(', ')}`,
      });
  }
}
