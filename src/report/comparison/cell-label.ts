/** How cells are called where those of two runs stand together. */
import { shortModelName } from '../trial-groups.js';
import { type CellConditions, type CellIdentity, type Plain, settingsByName } from './cell-identity.js';

/** A cell with all that tells it from the others beside it. */
export interface ToldCell extends CellIdentity {
  /** Settings of its model and task in which cells of that task differ. */
  readonly options: Readonly<Record<string, Plain>>;
}

/**
 * Of parameters those that any of the cells writes down, so that α = 5 by default stands beside a written α = 1.
 *
 * @param all cells of both runs
 */
export function toldApart(all: readonly CellIdentity[]): (cell: CellIdentity) => ToldCell {
  const written = new Set(all.flatMap(({ parameters }) => Object.keys(parameters)));
  const varied = variedOptions(all);
  return (cell) => {
    const defaults = Object.entries(cell.allParameters).filter(([name]) => written.has(name));
    const telling = varied.get(placeOf(cell)) ?? new Set();
    const options = Object.entries(settingsByName(cell)).filter(([name]) => telling.has(name));
    return {
      ...cell,
      parameters: { ...cell.parameters, ...Object.fromEntries(defaults) },
      options: Object.fromEntries(options),
    };
  };
}

/** By place, the settings that have several values there. */
function variedOptions(all: readonly CellIdentity[]): Map<string, Set<string>> {
  const first = new Map<string, Record<string, Plain>>();
  const varied = new Map<string, Set<string>>();
  for (const cell of all.filter(({ settings }) => settings !== null)) {
    const [place, settings] = [placeOf(cell), settingsByName(cell)];
    const other = first.get(place) ?? settings;
    first.set(place, other);
    const names = Object.keys({ ...other, ...settings }).filter((name) => other[name] !== settings[name]);
    varied.set(place, new Set([...(varied.get(place) ?? []), ...names]));
  }
  return varied;
}

/** `emoji-clip classification emoji-objects` */
function placeOf({ model, task, dataset }: CellIdentity): string {
  return [shortModelName(model), task, dataset].filter((part) => part !== '').join(' ');
}

/**
 * `emoji-clip classification emoji-objects: turbo tokensPerLayer=8 alpha=5 (CPU, 2 threads, batch 8, float32)`
 *
 * @param isTold which of the conditions are told
 */
export function cellLabel(
  cell: ToldCell,
  isTold: (condition: keyof CellConditions) => boolean = () => true,
): string {
  const listed = (values: ToldCell['options']): string[] =>
    Object.entries(values).map(([name, value]) => `${name}=${value}`);
  const options = Object.entries(cell.options).map(([name, value]) => [name, quoted(value)] as const);
  const place = [placeOf(cell), ...listed(Object.fromEntries(options))].join(' ');
  const conditions = conditionsText(cell.conditions, isTold);
  const under = conditions === '' ? '' : ` (${conditions})`;
  return `${place}: ${[cell.method, ...listed(cell.parameters)].join(' ')}${under}`;
}

/** Prompts have spaces, or are empty. */
function quoted(value: Plain): Plain {
  return typeof value === 'string' && !/^\S+$/.test(value) ? JSON.stringify(value) : value;
}

/** `CPU, 2 threads, batch 8, float32` */
export function conditionsText(
  { device, threads, batchSize, precision }: CellConditions,
  isTold: (condition: keyof CellConditions) => boolean,
): string {
  const texts: Record<keyof CellConditions, string> = {
    device,
    threads: threads === null ? '' : `${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    batchSize: batchSize === null ? '' : `batch ${batchSize}`,
    precision,
  };
  const told = Object.entries(texts).filter(([name]) => isTold(name as keyof CellConditions));
  return told.flatMap(([, text]) => (text === '' ? [] : [text])).join(', ');
}

/** Conditions that are not the same for all of the cells. */
export function variedConditions(cells: readonly ToldCell[]): Set<keyof CellConditions> {
  const names = ['device', 'threads', 'batchSize', 'precision'] as const;
  return new Set(names.filter((name) => new Set(cells.map(({ conditions }) => conditions[name])).size > 1));
}
