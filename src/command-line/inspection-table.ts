/** A model layer by layer, as text. */
import type { LayerDescription, ModelDescription } from '../models/inspect.js';
import { textTable, withPrefix } from './text-table.js';

export function inspectionTable(description: ModelDescription): string {
  const { reference, architecture, imageHeight, imageWidth, patchSize, width, heads, weightsKind } =
    description;
  const head = `${reference}: ${architecture}, ${imageHeight} × ${imageWidth} px, patches of ${patchSize} px, width ${width}, ${heads} heads, ${weightsKind === 'random' ? 'random weights' : 'weights from its checkpoint'}`;
  const rows = [...description.layers, ...(description.text === null ? [] : [description.text])].map(
    (layer) => rowOf(layer, layer === description.text ? null : layer.flops / description.flops),
  );
  const total = `Image encoder: ${withPrefix(description.flops)}FLOP per image (multiply-add = 2), ${withPrefix(description.parameters)} parameters in ${withPrefix(description.weightBytes)}B (${description.precision}), ${description.flopRatio.toFixed(2)}× fewer FLOPs than without reduction`;
  const headings = ['part', 'tokens in', 'tokens out', 'FLOP', 'share', 'for the reduction', 'parameters'];
  return [head, '', textTable(headings, rows, [1, 2, 3, 4, 5, 6]), '', total].join('\n');
}

/** @param share of the operations of the image encoder; null for what is not part of it */
function rowOf(
  { name, tokensBefore, tokensAfter, flops, reductionFlops, parameters }: LayerDescription,
  share: number | null,
): string[] {
  const count = (tokens: number | null): string => (tokens === null ? '' : String(tokens));
  return [
    name,
    count(tokensBefore),
    count(tokensAfter),
    withPrefix(flops),
    share === null ? '' : `${(100 * share).toFixed(1)} %`,
    reductionFlops === 0 ? '' : withPrefix(reductionFlops),
    withPrefix(parameters),
  ];
}
