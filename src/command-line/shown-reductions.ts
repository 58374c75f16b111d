/** The reductions that pictures of merging set side by side, as they were written on the command line. */
import { parse } from 'yaml';
import { TurboError } from '../errors/turbo-error.js';
import type { LayerMerging } from '../reduction/layer-merging.js';
import type { ReductionSpec } from '../reduction/registry.js';
import type { MergingVariant } from '../report/merging/merging-picture.js';
import { rowParameters } from '../runner/row-parameters.js';
import { reductionFrom } from './model-flags.js';

export interface ShownReduction {
  readonly spec: ReductionSpec;
  /** Its parameters by name, as they were written. */
  readonly written: Readonly<Record<string, unknown>>;
}

const EXAMPLE = "--reduction '{method: turbo, tokensPerLayer: 16}'";

/** @throws TurboError for a text that is no reduction, and where nothing would be merged */
export function shownReductions(texts: readonly string[]): ShownReduction[] {
  const reductions = texts.map((text) => {
    const spec = reductionFrom(text);
    const { method: _, ...written } = parse(text) as Record<string, unknown>;
    return { spec, written };
  });
  if (reductions.some(({ spec }) => spec.method !== 'none')) return reductions;
  throw new TurboError('There is no merging to show.', {
    value: texts.length === 0 ? 'no --reduction' : texts,
    allowed: 'at least one reduction other than none',
    next: `add ${EXAMPLE}`,
  });
}

/** Values of α that a reader may choose from in a page with sliders. */
const ALPHAS = [0, 1, 2, 3, 5, 7, 10];

/** The same reductions, each that has an α with every α from 0 to 10 and its own. */
export function withAlphas(reductions: readonly ShownReduction[]): ShownReduction[] {
  const all = reductions.flatMap((reduction) => {
    const { spec, written } = reduction;
    if (!('alpha' in spec)) return [reduction];
    const values = [...new Set([...ALPHAS, spec.alpha])].sort((a, b) => a - b);
    return values.map((alpha) => ({
      spec: { ...spec, alpha } as ReductionSpec,
      written: { ...written, alpha },
    }));
  });
  const byKey = new Map(all.map((one) => [JSON.stringify(one.spec), one]));
  return [...byKey.values()];
}

/** A reduction with what it did in an encoder. */
export function variantOf(reduction: ShownReduction, layers: readonly LayerMerging[]): MergingVariant {
  const [first, last] = [layers[0]!, layers.at(-1)!];
  return {
    method: reduction.spec.method,
    parameters: parametersOf(reduction),
    layers,
    tokens: { before: first.tokensBefore, after: last.tokensAfter },
  };
}

/** The parameters that were written down, with the values that they have. */
export function parametersOf({ written, spec }: ShownReduction): MergingVariant['parameters'] {
  return rowParameters(spec, Object.keys(written));
}
