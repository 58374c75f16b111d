/** Reduction parameters in tables, charts and columns: their order, their symbols, and which of them vary. */
import { BASELINE_METHOD, type TrialRow } from './trial-row.js';

/** Known parameters in the order of their columns; others follow by name. */
export const PARAMETERS: readonly string[] = [
  'tokensPerLayer',
  'inflect',
  'ratio',
  'layers.from',
  'layers.to',
  'alpha',
  'beta',
  'gamma',
  'combine',
  'semantic',
  'neighbourhood.k',
  'metric',
  'minTokens',
  'proportionalAttention',
  'sizeWeightedPooling',
  'crossModal.drop',
  'crossModal.maxDrop',
  'crossModal.score',
  'crossModal.countPadding',
  'crossModal.choose',
  'textTokensPerLayer',
  'seed',
  'precision',
];

const SYMBOLS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    tokensPerLayer: 'r',
    alpha: 'α',
    beta: 'β',
    gamma: 'γ',
    'layers.from': 'from block',
    'layers.to': 'to block',
    'neighbourhood.k': 'k',
    minTokens: 'threshold',
    'crossModal.drop': 'drop',
    'crossModal.maxDrop': 'max drop',
    'crossModal.score': 'score',
    textTokensPerLayer: 'text r',
  }),
);

const METHODS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    [BASELINE_METHOD]: 'No reduction',
    turbo: 'Turbo',
    tome: 'ToMe',
    tomesd: 'tomesd',
    pruning: 'Pruning',
    random: 'Random',
  }),
);

export function methodName(method: string): string {
  return METHODS.get(method) ?? method;
}

export function parameterSymbol(name: string): string {
  return SYMBOLS.get(name) ?? name;
}

/** `α = 5`; the value alone for words (`rank-sum`). */
export function parameterText(name: string, value: string | number | boolean | null): string {
  const isList = name === 'tokensPerLayer' || name === 'levels';
  if (typeof value === 'string' && Number.isNaN(Number(value)) && !isList) return value;
  return `${parameterSymbol(name)} = ${value}`;
}

/** All parameters of the rows: the known ones in their order, then the others by name. */
export function parametersOf(rows: readonly TrialRow[]): string[] {
  const present = new Set(rows.flatMap((row) => Object.keys(row.parameters)));
  const known = PARAMETERS.filter((name) => present.delete(name));
  return [...known, ...[...present].sort()];
}

/** Parameters with at least two different values within one method: those that a reader must be told. */
export function variedParameters(rows: readonly TrialRow[]): string[] {
  const methods = new Set(rows.map((row) => row.method));
  return parametersOf(rows).filter((name) =>
    [...methods].some((method) => {
      const values = rows.filter((row) => row.method === method).map((row) => row.parameters[name] ?? null);
      return new Set(values).size > 1;
    }),
  );
}
