/** What `--only` means. */
import type { PlannedTrial } from './plan.js';
import type { TrialDescription } from './trial-description.js';

/** Models of which a trial is meant; all of them where a text may be the beginning of an id, which is not known yet. */
export function modelsMeant(
  described: readonly TrialDescription[],
  only: readonly string[],
): Set<PlannedTrial['trial']['model']> {
  const unnumbered = described.map((description) => ({ ...description, id: '' }));
  const meant = only.map((text) => selectTrials(unnumbered, [text]));
  const isNamed = meant.length > 0 && meant.every((trials) => trials.length > 0);
  const named = new Set(meant.flat().map(({ trial }) => trial.model));
  return new Set(described.map(({ trial }) => trial.model).filter((model) => !isNamed || named.has(model)));
}

/**
 * The trials that one of the texts means: all of its words occur in the label, or begin the id. No text means all trials.
 * A word with `=` must be met in full, so that `tokensPerLayer=4` does not mean 40.
 */
export function selectTrials<Named extends Pick<PlannedTrial, 'id' | 'label'>>(
  trials: readonly Named[],
  only: readonly string[],
): Named[] {
  const meant = (word: string, { id, label }: Named): boolean => {
    const text = label.toLowerCase();
    return id.startsWith(word) || (word.includes('=') ? text.split(' ').includes(word) : text.includes(word));
  };
  const texts = only.map((text) => text.toLowerCase().split(/\s+/).filter(Boolean));
  if (texts.length === 0) return [...trials];
  return trials.filter((trial) => texts.some((words) => words.every((word) => meant(word, trial))));
}
