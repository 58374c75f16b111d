/** In what two runs differ as a whole: why no cell of one is a cell of the other. */
import { shortModelName } from '../trial-groups.js';
import { type CellIdentity, type Plain, settingsByName } from './cell-identity.js';

/** Something that no cell of the run has in common with any cell of the reference. */
export interface WholeDifference {
  /** `batch size` */
  readonly what: string;
  /** Of a condition the key of the experiment file that sets it; null of anything else. */
  readonly option: string | null;
  /** Its values, each once. */
  readonly run: readonly string[];
  readonly reference: readonly string[];
}

const NOT_KNOWN = 'not noted';
const NOT_SET = 'not set';

/** Conditions first, because most runs that do not fit each other differ in one. Other tasks or methods have other settings, which goes without saying. */
export function wholeDifferences(
  run: readonly CellIdentity[],
  reference: readonly CellIdentity[],
): WholeDifference[] {
  const difference = (what: string, option: string | null, told: Told): WholeDifference[] => {
    const [ours, theirs] = [run, reference].map((cells) => [
      ...new Set(cells.flatMap((cell) => told(cell) ?? [])),
    ]) as [string[], string[]];
    const isShared = ours.some((value) => theirs.includes(value));
    const isEmpty = ours.length === 0 || theirs.length === 0;
    return isShared || isEmpty ? [] : [{ what, option, run: ours, reference: theirs }];
  };
  const all = [...run, ...reference];
  const knowsSettings = all.every(({ settings }) => settings !== null);
  const settings = knowsSettings ? namesOf(all.map(settingsByName)) : [];
  const parameters = namesOf(all.map(({ allParameters }) => allParameters));
  const conditions = CONDITIONS.flatMap(({ what, option, told }) => difference(what, option, told));
  const names = Object.entries(NAMES).flatMap(([what, told]) => difference(what, null, told));
  if (names.length > 0) return [...conditions, ...names];
  return [
    ...conditions,
    ...settings.flatMap((name) =>
      difference(name, null, (cell) => String(settingsByName(cell)[name] ?? NOT_SET)),
    ),
    ...parameters.flatMap((name) =>
      difference(name, null, ({ allParameters }) =>
        allParameters[name] === undefined ? undefined : String(allParameters[name]),
      ),
    ),
  ];
}

/** `batch size 1 in the run, 4 or 8 in the reference` */
export function wholeDifferenceText({ what, run, reference }: WholeDifference): string {
  return `${what} ${run.join(' or ')} in the run, ${reference.join(' or ')} in the reference`;
}

/** @returns undefined where the cell has nothing of the kind */
type Told = (cell: CellIdentity) => string | undefined;

const CONDITIONS: readonly { readonly what: string; readonly option: string; readonly told: Told }[] = [
  { what: 'device', option: 'engine.device', told: ({ conditions }) => conditions.device },
  {
    what: 'threads',
    option: 'engine.threads',
    told: ({ conditions }) => String(conditions.threads ?? NOT_KNOWN),
  },
  {
    what: 'batch size',
    option: 'measure.batchSize',
    told: ({ conditions }) => String(conditions.batchSize ?? NOT_KNOWN),
  },
  { what: 'precision', option: 'engine.precision', told: ({ conditions }) => conditions.precision },
];

const NAMES: Readonly<Record<string, Told>> = {
  model: ({ model, settings }) => shortModelName(settings?.model.name ?? model),
  task: ({ task }) => task,
  dataset: ({ dataset }) => dataset,
  method: ({ method }) => method,
};

function namesOf(records: readonly Readonly<Record<string, Plain>>[]): string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))];
}
