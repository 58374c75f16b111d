/**
 * One side of a tensor: a number, or a multiple of a symbol (`batch`, `197·batch`) that is known only when the graph runs.
 */

/** `times · symbol`, for example the rows of a flattened `[batch · tokens, width]` matrix. */
export interface SymbolicDimension {
  readonly symbol: string;
  readonly times: number;
}

export type Dimension = number | SymbolicDimension;
export type Shape = readonly Dimension[];

/** Values for the symbols of a graph, e.g. `{ batch: 8 }`. */
export type SymbolValues = Readonly<Record<string, number>>;

/** A dimension known only at run time. */
export function symbol(name: string): SymbolicDimension {
  return { symbol: name, times: 1 };
}

/** The batch axis, which every graph leaves open. */
export const BATCH = symbol('batch');

export function sameDimension(a: Dimension, b: Dimension): boolean {
  if (typeof a === 'number' || typeof b === 'number') return a === b;
  return a.symbol === b.symbol && a.times === b.times;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dimension, axis) => sameDimension(dimension, b[axis]!));
}

/** `a · b`, or undefined when both are symbolic (a product of symbols has no name in ONNX). */
export function multiplyDimensions(a: Dimension, b: Dimension): Dimension | undefined {
  if (typeof a === 'number') return typeof b === 'number' ? a * b : scale(b, a);
  return typeof b === 'number' ? scale(a, b) : undefined;
}

/** `a + b`, or undefined when they do not share a symbol. */
export function addDimensions(a: Dimension, b: Dimension): Dimension | undefined {
  if (a === 0) return b;
  if (b === 0) return a;
  if (typeof a === 'number' || typeof b === 'number')
    return typeof a === 'number' && typeof b === 'number' ? a + b : undefined;
  return a.symbol === b.symbol ? { symbol: a.symbol, times: a.times + b.times } : undefined;
}

/** `a / b` where it is exact, otherwise undefined. */
export function divideDimensions(a: Dimension, b: Dimension): Dimension | undefined {
  if (typeof a === 'number') return typeof b === 'number' && b !== 0 && a % b === 0 ? a / b : undefined;
  if (typeof b === 'number')
    return b !== 0 && a.times % b === 0 ? scale({ ...a, times: a.times / b }, 1) : undefined;
  return a.symbol === b.symbol && a.times % b.times === 0 ? a.times / b.times : undefined;
}

function scale(dimension: SymbolicDimension, factor: number): Dimension {
  return factor === 0 ? 0 : { symbol: dimension.symbol, times: dimension.times * factor };
}

/** Number of elements, or undefined when it is a product of several symbols. */
export function elementCount(shape: Shape): Dimension | undefined {
  return shape.reduce<Dimension | undefined>(
    (count, dimension) => (count === undefined ? undefined : multiplyDimensions(count, dimension)),
    1,
  );
}

/** @throws RangeError when a symbol has no value */
export function resolveDimension(dimension: Dimension, values: SymbolValues): number {
  if (typeof dimension === 'number') return dimension;
  const value = values[dimension.symbol];
  if (value === undefined) throw new RangeError(`no value for the symbol ${dimension.symbol}`);
  return value * dimension.times;
}

/** `197`, `batch`, `197·batch`. */
export function formatDimension(dimension: Dimension): string {
  if (typeof dimension === 'number') return String(dimension);
  return dimension.times === 1 ? dimension.symbol : `${dimension.times}·${dimension.symbol}`;
}

/** `[batch, 197, 768]`. */
export function formatShape(shape: Shape): string {
  return `[${shape.map(formatDimension).join(', ')}]`;
}
