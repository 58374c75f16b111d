/** What a trial is called beside others: its method, and the parameters in which they differ. */
import { methodName, parameterText, variedParameters } from './parameter-names.js';
import type { TrialRow } from './trial-row.js';

/** Names trials among `rows`: `Turbo, r = 12, α = 5`. The parameters that vary are looked for once. */
export function trialNames(rows: readonly TrialRow[]): (row: TrialRow) => string {
  const varied = variedParameters(rows);
  return ({ method, parameters }) => {
    const parts = varied
      .filter((name) => parameters[name] !== undefined && parameters[name] !== null)
      .map((name) => parameterText(name, parameters[name]!));
    return [methodName(method), ...parts].join(', ');
  };
}
