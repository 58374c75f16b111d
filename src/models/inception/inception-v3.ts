/**
 * The InceptionV3 behind FID, KID and the Inception score: the network of 2015-12-05 that pytorch-fid and torch-fidelity share.
 *
 * Source: `fid_inception_v3` of pytorch-fid 0.3.0 (github.com/mseitzer/pytorch-fid, Apache-2.0). It differs from torchvision's network in its
 * pools and has 1,008 classes. Parameter names are torchvision's.
 */
import { BATCH, graph, input, linear, reduceMean, withScope } from '../../graph/index.js';
import type { Graph, Tensor } from '../../graph/tensor.js';
import type { Parameters } from '../parameters.js';
import { convolve } from './folded-convolution.js';
import { halved, type MixedBlock, mixedA, mixedB, mixedC, mixedD, mixedE } from './mixed-blocks.js';
import { INCEPTION_SIDE } from './pixels.js';

const CLASSES = 1008;

/** Numbers per picture of every output. */
export const inceptionOutputs = {
  /** After the first, the second pool and before the last two halvings, mean over the places: pytorch-fid's `--dims`. */
  features_64: 64,
  features_192: 192,
  features_768: 768,
  /** What FID and KID are of. */
  features_2048: 2048,
  logits: CLASSES,
  /** Without the bias of the last layer: what torch-fidelity's Inception score is of. */
  logits_unbiased: CLASSES,
} as const;
export type InceptionOutput = keyof typeof inceptionOutputs;

const untilSix: readonly (readonly [string, MixedBlock])[] = [
  ['Mixed_5b', mixedA(32)],
  ['Mixed_5c', mixedA(64)],
  ['Mixed_5d', mixedA(64)],
  ['Mixed_6a', mixedB],
  ['Mixed_6b', mixedC(128)],
  ['Mixed_6c', mixedC(160)],
  ['Mixed_6d', mixedC(160)],
  ['Mixed_6e', mixedC(192)],
];
const seven: readonly (readonly [string, MixedBlock])[] = [
  ['Mixed_7a', mixedD],
  ['Mixed_7b', mixedE('mean')],
  ['Mixed_7c', mixedE('largest')],
];

/**
 * The network as a graph with the input `pixels` [batch, 3, 299, 299], as `inceptionPixels` makes them.
 *
 * @param outputs all of shape [batch, numbers per picture]
 */
export function inceptionGraph(parameters: Parameters, outputs: readonly InceptionOutput[]): Graph {
  const pixels = input('pixels', 'float32', [BATCH, 3, INCEPTION_SIDE, INCEPTION_SIDE]);
  const tensors = buildInception(parameters, pixels);
  return graph('inception', [pixels], Object.fromEntries(outputs.map((name) => [name, tensors[name]])));
}

/** Every output. An engine computes those alone that are asked for. @param pixels `[batch, 3, 299, 299]` from −1 to 1 */
export function buildInception(parameters: Parameters, pixels: Tensor): Record<InceptionOutput, Tensor> {
  const run = (blocks: readonly (readonly [string, MixedBlock])[], x: Tensor): Tensor =>
    blocks.reduce((state, [name, block]) => withScope(name, () => block(parameters, name, state)), x);
  const layer = (
    x: Tensor,
    name: string,
    filters: number,
    side: number,
    stride = 1,
    padding: 'same' | 'none' = 'none',
  ) => convolve(parameters, x, { name, filters, kernel: [side, side], stride, padding });

  const first = layer(pixels, 'Conv2d_1a_3x3', 32, 3, 2);
  const second = layer(first, 'Conv2d_2a_3x3', 32, 3);
  const afterFirstPool = halved(layer(second, 'Conv2d_2b_3x3', 64, 3, 1, 'same'));
  const third = layer(afterFirstPool, 'Conv2d_3b_1x1', 80, 1);
  const afterSecondPool = halved(layer(third, 'Conv2d_4a_3x3', 192, 3));
  const beforeSeven = run(untilSix, afterSecondPool);
  const pooled = meanOverPlaces(run(seven, beforeSeven));
  const weight = parameters.take('fc.weight', [CLASSES, inceptionOutputs.features_2048]);
  const bias = parameters.take('fc.bias', [CLASSES]);
  return {
    features_64: meanOverPlaces(afterFirstPool),
    features_192: meanOverPlaces(afterSecondPool),
    features_768: meanOverPlaces(beforeSeven),
    features_2048: pooled,
    logits: linear(pooled, weight, bias),
    logits_unbiased: linear(pooled, weight, null),
  };
}

function meanOverPlaces(x: Tensor): Tensor {
  return reduceMean(x, { axes: [2, 3], keepdims: false });
}
