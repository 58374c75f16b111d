/** Which graph of the U-Net stands at which call of a denoising run, and what the calls cost together. */
import { flopsOf } from '../../graph/index.js';
import type { Graph } from '../../graph/tensor.js';
import { countedIn, FULL_PRECISION, type Precision } from '../../precision/precision.js';
import type { DiffusionReducer } from '../../reduction/diffusion/block-plan.js';
import { diffusionMerging } from '../../reduction/diffusion/diffusion-merging.js';
import { gridNotes } from '../../reduction/diffusion/merging-blocks.js';
import type { DiffusionMerging } from '../../reduction/diffusion/method.js';
import { ratioByStep } from '../../reduction/diffusion/ratio-schedule.js';
import type { Formulation } from '../../reduction/reducer.js';
import type { UNet } from './pipeline.js';
import type { Size } from './vae.js';

/** A denoising run, as far as the graphs depend on it. */
export interface DenoisingRun {
  readonly latents: Size;
  /** Tokens of the text. */
  readonly textLength: number;
  /** Null where nothing is merged. */
  readonly merging: DiffusionMerging | null;
  /** Calls of the network in a whole run, and the first one that is made (image-to-image begins later). */
  readonly calls: number;
  readonly firstCall?: number;
  /** Also tell what every block decides. Default false. */
  readonly tracesDecisions?: boolean;
}

/** How a call comes to its semantic values: by itself, by itself and kept for later calls, or from an earlier call. */
type SemanticSource = 'own' | 'kept' | 'given';

/** What a call does that may differ from other calls of its run. */
export interface DenoisingStage {
  /** Equal for calls with the same graph. */
  readonly key: string;
  /** 0 where nothing is merged. */
  readonly ratio: number;
  readonly semantic: SemanticSource;
}

/** One stage for every call from the first one on. */
export function stagesOf({ merging, calls, firstCall = 0 }: DenoisingRun): DenoisingStage[] {
  const ratios = merging === null ? Array<number>(calls).fill(0) : ratioByStep(merging, calls);
  let since = 0;
  return ratios.slice(firstCall).map((ratio): DenoisingStage => {
    if (ratio === 0 || merging?.semantic !== 'previous-step') return stage(ratio, 'own');
    const refreshes = since % merging.refresh === 0;
    since++;
    return stage(ratio, refreshes ? 'kept' : 'given');
  });
}

function stage(ratio: number, semantic: SemanticSource): DenoisingStage {
  return { key: `${ratio} ${semantic}`, ratio, semantic };
}

/** The graph of a stage, and the reducer that says what it must be told. */
export function graphOfStage(
  unet: UNet,
  { ratio, semantic }: DenoisingStage,
  { latents, textLength, merging, calls, tracesDecisions = false }: DenoisingRun,
  formulation: Formulation = 'sorting',
): { readonly graph: Graph; readonly reducer: DiffusionReducer | null } {
  const reducer =
    merging === null || ratio === 0
      ? null
      : diffusionMerging(
          { ...merging, ratio },
          {
            ...{ textLength, formulation, semanticGiven: semantic === 'given' },
            semanticFor: semantic === 'kept' ? Math.max(...ratioByStep(merging, calls)) : undefined,
          },
        );
  const trace = tracesDecisions ? 'decisions' : semantic === 'kept' ? 'semantic' : undefined;
  const options = { ...latents, textLength, reducer };
  return { graph: unet.graph(trace === undefined ? options : { ...options, trace }), reducer };
}

/** Floating-point operations of all calls of a run, for one sample; multiply-add = 2. */
export function denoisingFlops(unet: UNet, run: DenoisingRun, precision: Precision = FULL_PRECISION): number {
  const known = new Map<string, number>();
  return stagesOf(run).reduce((sum, each) => {
    const flops =
      known.get(each.key) ??
      flopsOf(countedIn(graphOfStage(unet, each, run).graph, precision), { batch: 1 }).total;
    known.set(each.key, flops);
    return sum + flops;
  }, 0);
}

/** What a plan should tell of a run: blocks that should merge and cannot. */
export function denoisingNotes(unet: UNet, run: DenoisingRun): string[] {
  const merging = stagesOf(run).find(({ ratio }) => ratio > 0);
  const reducer = merging === undefined ? null : graphOfStage(unet, merging, run).reducer;
  return reducer === null ? [] : gridNotes(reducer);
}
