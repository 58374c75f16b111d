/** Parameters of a reduction as table columns: one plain value under each name, in the words of the report. */
import type { ReductionChoice } from '../experiment/expand.js';
import { CrossModal } from '../reduction/cross-modal.js';

export type RowParameters = Record<string, string | number | boolean | null>;

/**
 * Only the parameters that some entry of the experiment writes down, each with the value that this trial has.
 * The precision stands behind them, of an experiment that asks for more than float32.
 * `layers: {from: 2}` becomes `layers.from`, `tokensPerLayer: {ratio: 0.1}` becomes `ratio`.
 */
export function rowParameters(
  reduction: ReductionChoice,
  written: readonly string[],
  precision?: string,
): RowParameters {
  const columns: RowParameters = {};
  for (const name of written)
    if (reduction[name] !== undefined) Object.assign(columns, columnsOf(name, reduction[name]));
  return precision === undefined ? columns : { ...columns, precision };
}

function columnsOf(name: string, value: unknown): RowParameters {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return { [name]: value };
  if (Array.isArray(value)) return { [name]: value.join(' ') };
  if (typeof value !== 'object' || value === null) return {};
  const parts = value as Record<string, unknown>;
  if (name === 'tokensPerLayer') {
    const { r, ...rest } = parts;
    return { ...(r === undefined ? {} : { [name]: r as number }), ...(rest as RowParameters) };
  }
  if (name === 'layers') return prefixed(name, parts);
  if (name === 'crossModal') return prefixed(name, unusual(parts));
  return Object.assign(
    {},
    ...Object.entries(parts).map(([key, inner]) => nested(name, key, inner)),
  ) as RowParameters;
}

/** The shares of a cross-modal reduction, and what else is not as it is by default. */
function unusual(parts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const usual: Readonly<Record<string, unknown>> = CrossModal.parse({});
  return Object.fromEntries(
    Object.entries(parts).filter(([key, value]) => key === 'drop' || value !== usual[key]),
  );
}

/** `semantic: {neighbourhood: {k: 4}}` is told as semantic = neighbourhood and neighbourhood.k = 4. */
function nested(name: string, key: string, value: unknown): RowParameters {
  if (typeof value !== 'object' || value === null) return { [`${name}.${key}`]: value as string };
  return { [name]: key, ...prefixed(key, value as Record<string, unknown>) };
}

function prefixed(name: string, parts: Readonly<Record<string, unknown>>): RowParameters {
  return Object.fromEntries(Object.entries(parts).map(([key, value]) => [`${name}.${key}`, value as number]));
}

/** `turbo tokensPerLayer=8 alpha=5` */
export function reductionLabel(method: string, parameters: Readonly<RowParameters>): string {
  return [method, ...Object.entries(parameters).map(([name, value]) => `${name}=${value}`)].join(' ');
}
