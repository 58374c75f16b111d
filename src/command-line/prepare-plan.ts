/** From an experiment file to a plan, with the real models, data and engine. */
import { availableParallelism } from 'node:os';
import { openEngine, requirePrecision } from '../engines/index.js';
import { TurboError } from '../errors/turbo-error.js';
import { atPlaceOf } from '../experiment/at-place.js';
import { type LoadedExperiment, loadExperiment } from '../experiment/load.js';
import { type EnergySources, energyNotices, findEnergySources } from '../measure/energy/energy-sources.js';
import { startNvidiaSmi } from '../measure/nvidia-smi.js';
import { methods } from '../reduction/registry.js';
import { chosenCharts } from '../report/charts/registry.js';
import { openTrialModel, openTrialPipeline } from '../runner/open-trial-model.js';
import { type Plan, type PlannedTrial, type PlanTools, planExperiment } from '../runner/plan.js';
import { turboBenchVersion } from '../runner/provenance.js';
import { selectTrials } from '../runner/select-trials.js';
import { withLimit } from './experiment-flags.js';
import { usableDevice, usableThreads } from './usable-engine.js';

export interface PreparedPlan {
  readonly loaded: LoadedExperiment;
  readonly plan: Plan;
  readonly selected: readonly PlannedTrial[];
  /** Meters of energy; undefined where the experiment asks for none. */
  readonly energy: EnergySources | undefined;
}

export async function preparePlan(
  file: string,
  {
    only = [],
    limit,
  }: { readonly only?: readonly string[] | undefined; readonly limit?: number | undefined },
  onNotice: (text: string) => void,
): Promise<PreparedPlan> {
  return planLoaded(withLimit(await loadExperiment(file, methods), limit), only, onNotice);
}

/** The same from an experiment that was read, and perhaps changed, before. */
export async function planLoaded(
  loaded: LoadedExperiment,
  only: readonly string[],
  onNotice: (text: string) => void,
): Promise<PreparedPlan> {
  const { file } = loaded;
  let { experiment } = loaded;
  const atPlace = atPlaceOf(loaded);
  const { charts } = experiment;
  if (charts !== 'none') await atPlace(['charts'], () => chosenCharts(charts));
  const { name, precision: precisions, ...where } = experiment.engine;
  const engine = await atPlace(['engine', 'name'], () => openEngine(name));
  const device = await atPlace(['engine', 'device'], () => usableDevice(engine, where));
  if (device !== where.device) experiment = { ...experiment, engine: { ...experiment.engine, device } };
  for (const precision of [precisions].flat())
    await atPlace(['engine', 'precision'], () => requirePrecision(engine, precision, device));
  const cores = await atPlace(['engine', 'threads'], () =>
    usableThreads(engine, experiment.engine, availableParallelism()),
  );
  const tools = {
    methods,
    version: turboBenchVersion(),
    engineVersion: engine.version,
    cores,
    atPlace,
    openModel: (choice, seed) => openTrialModel(choice, seed, { onNotice }),
    openPipeline: (choice, seed, isExpected) => openTrialPipeline(choice, seed, { onNotice, isExpected }),
  } satisfies PlanTools;
  const plan = await atPlace([], () => planExperiment(experiment, tools, only));
  const selected = selectTrials(plan.trials, only);
  if (selected.length === 0)
    throw new TurboError('No trial is meant by --only', {
      value: only,
      allowed: 'words of a description or the beginning of an id',
      next: `turbo-bench plan ${file} lists both.`,
    });
  const energy = experiment.measure.energy ? await energySourcesOf(plan) : undefined;
  const notices = energy === undefined ? [] : energyNotices(energy);
  return { loaded, plan: { ...plan, notices: [...plan.notices, ...notices] }, selected, energy };
}

function energySourcesOf({ engine }: Plan): Promise<EnergySources> {
  const { platform, env } = process;
  return findEnergySources(
    {
      ...{ powercapFolder: '/sys/class/powercap', platform, startNvidiaSmi },
      visibleGpus: env.CUDA_VISIBLE_DEVICES,
    },
    engine.device,
  );
}
