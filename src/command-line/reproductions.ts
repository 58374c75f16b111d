/** The experiments behind published tables: made ready to run, or told in a list with what each needs and how long it takes. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { listDatasets } from '../datasets/open-dataset.js';
import { TurboError } from '../errors/turbo-error.js';
import { type LoadedExperiment, loadExperiment } from '../experiment/load.js';
import { modelChoice } from '../experiment/model-entry.js';
import type { Experiment } from '../experiment/schema.js';
import { methods } from '../reduction/registry.js';
import { trialsFor } from '../report/reference/compare-published.js';
import type { ReferenceTable } from '../report/reference/reference-table.js';
import type { Reproduction } from '../report/reference/reproduction.js';
import type { PlannedTrial } from '../runner/plan.js';
import { formatSeconds } from '../runner/remaining-time.js';
import { type Need, needsOf } from './experiment-needs.js';
import { planLoaded } from './prepare-plan.js';
import { withRandomWeights } from './random-weights.js';

const packageFolder = fileURLToPath(new URL('../../', import.meta.url));

/** @throws TurboError for a table without an experiment of ours */
export function reproductionOf({ id, reproduction, notReproduced, source }: ReferenceTable): Reproduction {
  if (reproduction !== undefined) return reproduction;
  throw new TurboError(`There is no experiment for this table. ${notReproduced ?? ''}`.trim(), {
    value: id,
    where: source.url ?? source.what,
    next: 'turbo-bench reproduce --list shows the tables that have one.',
  });
}

/**
 * The experiment of a table, on its own weights or on random ones.
 *
 * @throws TurboError where random weights are asked for and no figure of the table is a speed
 */
export async function loadReproduction(
  { experiment: file, presets }: Reproduction,
  randomWeights: boolean,
): Promise<LoadedExperiment> {
  const loaded = {
    ...(await loadExperiment(existsSync(file) ? file : join(packageFolder, file), methods)),
    file,
  };
  if (!randomWeights || isRandomAlready(loaded.experiment)) return loaded;
  if (presets === undefined)
    throw new TurboError('No figure of this table can be measured on random weights', {
      where: file,
      next: 'Leave --random-weights out; turbo-bench reproduce --list shows where it says something.',
    });
  const experiment = withRandomWeights(loaded.experiment, presets);
  return { file, text: stringify(experiment), experiment };
}

function isRandomAlready({ models }: Experiment): boolean {
  return models.every((model) => modelChoice(model).weights === 'random');
}

/** Names of the models that stand beside published rows. */
export function mappedModels({ rows }: Reproduction): Set<string> {
  return new Set(rows.map(({ trial }) => trial.model));
}

/** What is meant by `--only`, within the trials that the table is about. */
export function reproducedOnly(
  { only: own = [] }: Reproduction,
  only: readonly string[],
  randomWeights: boolean,
): string[] {
  if (randomWeights || own.length === 0) return [...only];
  return only.length === 0 ? [...own] : own.flatMap((words) => only.map((more) => `${words} ${more}`));
}

/** Trials that stand beside a published row; all of them where the experiment is of this table alone. */
export function trialsOfTable(
  { only, rows }: Reproduction,
  selected: readonly PlannedTrial[],
  randomWeights: boolean,
): PlannedTrial[] {
  if (only === undefined) return [...selected];
  const named = selected.map((planned) => ({
    ...{ planned, model: planned.trial.model.name, method: planned.trial.reduction.method },
    ...{ task: planned.taskLabel, dataset: planned.datasetLabel, parameters: planned.parameters },
  }));
  const meant = new Set(rows.flatMap(({ trial }) => trialsFor(trial, named, randomWeights)));
  return named.filter((one) => meant.has(one)).map(({ planned }) => planned);
}

export async function needsOfReproduction(
  reproduction: Reproduction,
  loaded: LoadedExperiment,
): Promise<Need[]> {
  return needsOf(loaded.experiment, {
    env: process.env,
    datasets: await listDatasets(),
    models: mappedModels(reproduction),
    ...(reproduction.obtain === undefined ? {} : { obtain: reproduction.obtain }),
  });
}

/** @throws TurboError that names everything that is missing, how to come by it, and what can be run without */
export function refuseMissing(id: string, needs: readonly Need[], { presets }: Reproduction): void {
  const missing = needs.filter(({ state }) => state === 'missing');
  if (missing.length === 0) return;
  const lines = missing.map(({ kind, name, obtain }) => `\n    ${kind} ${name}: ${obtain}`);
  throw new TurboError('This table cannot be reproduced here: something is missing', {
    value: missing.map(({ name }) => name),
    allowed: `what the experiment needs:${lines.join('')}`,
    next:
      presets === undefined
        ? 'turbo-bench reproduce --list shows what else there is.'
        : `turbo-bench reproduce ${id} --random-weights measures its speeds alone, without weights and data.`,
  });
}

/** What went wrong while planning; where weights had to be fetched, with the way out that random ones are. */
export function withWayOut(
  thrown: unknown,
  id: string,
  needs: readonly Need[],
  { presets }: Reproduction,
): unknown {
  const isFetched = needs.some(({ state }) => state === 'download');
  if (!(thrown instanceof TurboError) || presets === undefined || !isFetched) return thrown;
  const wayOut = `turbo-bench reproduce ${id} --random-weights measures the speeds without them.`;
  const next = [thrown.parts.next, wayOut].filter(Boolean).join('; or: ');
  return new TurboError(thrown.what, { ...thrown.parts, next }, thrown.exitCode);
}

/** One line of `reproduce --list`. */
export interface ListedReproduction {
  readonly id: string;
  readonly title: string;
  /** Null for a table that is only shown. */
  readonly experiment: string | null;
  readonly needs: readonly Need[];
  /** Whether its speeds can be measured without weights and data. */
  readonly randomWeights: boolean;
  /** Estimate of a plan; null where something is not here yet. */
  readonly seconds: number | null;
  /** Why there is no experiment; empty where there is one. */
  readonly reason: string;
}

export async function listedReproduction(table: ReferenceTable): Promise<ListedReproduction> {
  const { id, title, reproduction, notReproduced = '' } = table;
  if (reproduction === undefined)
    return {
      ...{ id, title, experiment: null, needs: [] },
      ...{ randomWeights: false, seconds: null, reason: notReproduced },
    };
  const loaded = await loadReproduction(reproduction, false);
  const needs = await needsOfReproduction(reproduction, loaded);
  return {
    ...{ id, title, experiment: reproduction.experiment, needs },
    randomWeights: needs.length === 0 || reproduction.presets !== undefined,
    seconds: needs.every(({ state }) => state === 'here') ? await estimated(reproduction, loaded) : null,
    reason: '',
  };
}

async function estimated(reproduction: Reproduction, loaded: LoadedExperiment): Promise<number> {
  const { selected } = await planLoaded(loaded, reproducedOnly(reproduction, [], false), () => undefined);
  return trialsOfTable(reproduction, selected, false).reduce(
    (sum, { estimate }) => sum + estimate.seconds,
    0,
  );
}

/** How long it takes, or what must be there before that can be told. */
export function timeText({ needs, seconds }: ListedReproduction): string {
  if (seconds !== null) return `about ${formatSeconds(seconds)}`;
  const absent = needs.filter(({ state }) => state !== 'here');
  return `needs ${absent.map(({ name, state }) => (state === 'download' ? `${name} (download)` : name)).join(', ')}`;
}
