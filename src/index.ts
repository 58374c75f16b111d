/**
 * turbo-bench as a library: load a model with a reduction, and run it.
 *
 * ```ts
 * import { loadModel } from 'turbo-bench';
 *
 * const model = await loadModel('openai/clip-vit-base-patch16', {
 *   reduction: { method: 'turbo', tokensPerLayer: 8, alpha: 5 },
 * });
 * const { image_embeds, token_sizes } = await model.run({ pixel_values });
 * await model.close();
 * ```
 */

export type { TensorData } from './engines/index.js';
export { TurboError } from './errors/turbo-error.js';
export { type LoadedModel, type LoadOptions, loadModel } from './models/load-model.js';
export type { ModelOptions } from './models/model-reference.js';
export { type Preset, presets } from './models/presets.js';
export {
  type LoadedPipeline,
  type LoadPipelineOptions,
  loadPipeline,
} from './models/stable-diffusion/load-pipeline.js';
export { methodNames, parseReduction, type ReductionSpec } from './reduction/registry.js';
