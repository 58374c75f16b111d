/** `turbo-bench plan`: the trials of an experiment and what they will cost, without running any. */
import { experimentArg, experimentFlags } from '../command-line/experiment-flags.js';
import { planSummary, planTable } from '../command-line/plan-table.js';
import { preparePlan } from '../command-line/prepare-plan.js';
import { TurboCommand } from '../command-line/turbo-command.js';

export default class Plan extends TurboCommand {
  static override summary = 'Show the trials of an experiment and what they will cost, without running any.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> experiments/quickstart.yaml',
    {
      description: 'Only the Turbo trials, on 100 samples',
      command: '<%= config.bin %> <%= command.id %> experiments/quickstart.yaml --only turbo --limit 100',
    },
  ];
  static override args = { experiment: experimentArg };
  static override flags = experimentFlags;

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Plan);
    const { plan, selected } = await preparePlan(args.experiment, flags, (text) => this.logToStderr(text));
    this.log(planTable(selected));
    this.log(`\n${planSummary(selected, plan)}`);
    return {
      experiment: plan.experiment.name,
      notices: plan.notices,
      trials: selected.map(({ trial, fingerprint, id, label, parameters, samples, tokens, ...rest }) => {
        const { flopsPerSample, flopRatio, notes, estimate } = rest;
        const method = trial.reduction.method;
        return {
          id,
          fingerprint,
          label,
          method,
          parameters,
          samples,
          tokens,
          flopsPerSample,
          flopRatio,
          notes,
          estimate,
        };
      }),
    };
  }
}
