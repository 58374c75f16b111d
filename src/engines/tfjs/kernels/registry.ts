/**
 * The kernels by the name of their operator in ONNX. Operators of `com.microsoft` and `Attention` are taken apart before.
 */
import { arithmeticKernels } from './arithmetic.js';
import { convolutionKernels } from './convolution.js';
import { countingKernels } from './counting.js';
import { elementwiseKernels } from './elementwise.js';
import { indexingKernels } from './indexing.js';
import { joiningKernels } from './joining.js';
import type { Kernel } from './kernel.js';
import { matrixKernels } from './matrix.js';
import { normalisationKernels } from './normalization.js';
import { quantisationKernels } from './quantisation.js';
import { reductionKernels } from './reduction.js';
import { resamplingKernels } from './resampling.js';
import { scatteringKernels } from './scattering.js';
import { shapeKernels } from './shape.js';
import { sortingKernels } from './sorting.js';

export const kernels: Readonly<Record<string, Kernel>> = {
  ...arithmeticKernels,
  ...convolutionKernels,
  ...countingKernels,
  ...elementwiseKernels,
  ...indexingKernels,
  ...joiningKernels,
  ...matrixKernels,
  ...normalisationKernels,
  ...quantisationKernels,
  ...reductionKernels,
  ...resamplingKernels,
  ...scatteringKernels,
  ...shapeKernels,
  ...sortingKernels,
};
