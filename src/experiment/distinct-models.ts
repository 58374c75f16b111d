/** The models of an experiment, each once and under a name of its own. */
import { TurboError } from '../errors/turbo-error.js';
import { canonicalJson, distinct } from './canonical-json.js';
import { type ModelChoice, modelChoice } from './model-entry.js';
import type { Experiment } from './schema.js';

/** @throws TurboError for one model under two names, and for two models under one that was given */
export function distinctModels({ models }: Pick<Experiment, 'models'>): ModelChoice[] {
  refuseEqualModels(models);
  return withDistinctNames(distinct(models.map(modelChoice)));
}

/** Models whose short names are equal are told apart by their full ones, and by what else they differ in. */
function withDistinctNames(models: readonly ModelChoice[]): ModelChoice[] {
  const times = (name: string): number => models.filter((model) => model.name === name).length;
  const whole = ({ model, preset, imageSize, variant, tokenizer, weights }: ModelChoice): string =>
    [model ?? preset, imageSize, variant, tokenizer, weights === 'random' && model ? 'random weights' : '']
      .filter(Boolean)
      .join(' ');
  return models.map((model) => (times(model.name) === 1 ? model : { ...model, name: whole(model) }));
}

/** A name that somebody gave means one model, and one model has one name: rows of two could not be told apart, or would be one. */
function refuseEqualModels(entries: Experiment['models']): void {
  const models = entries.map(modelChoice);
  for (const [at, model] of models.entries()) {
    const { name, ...own } = model;
    const isGiven = (index: number): boolean => {
      const entry = entries[index]!;
      return typeof entry === 'object' && entry.name !== undefined;
    };
    const earlier = models.slice(0, at);
    const twin = earlier.findIndex(({ name: other, ...rest }) => {
      return other !== name && canonicalJson(rest) === canonicalJson(own);
    });
    if (twin >= 0)
      throw new TurboError('A model stands under two names, and would be measured once', {
        value: name,
        where: `models[${at}]`,
        allowed: `one of the two: it is models[${twin}], ${models[twin]!.name}`,
      });
    const namesake = earlier.findIndex(({ name: other }) => other === name);
    const differs = namesake >= 0 && canonicalJson(models[namesake]) !== canonicalJson(model);
    if (differs && (isGiven(at) || isGiven(namesake)))
      throw new TurboError('Two models have one name', {
        value: name,
        where: `models[${at}].name`,
        allowed: `another name than that of models[${namesake}]`,
      });
  }
}
