/** What audits found, as text. */
import type { TrialAudit } from '../runner/audit-journal.js';
import { counted } from './counted.js';
import { textTable } from './text-table.js';

export function auditTable(audits: readonly TrialAudit[]): string {
  const rows = audits.map(({ trial, label, result, figures }) => [
    trial,
    label,
    result,
    ...(figures === null
      ? []
      : [
          `${figures.images - figures.differingImages} of ${figures.images}`,
          figures.worstMetric === null ? '' : `${(100 * figures.worstMetric.relative).toFixed(3)} %`,
          `${figures.repeatSpeedup.toFixed(3)}×`,
          `[${figures.repeatSpeedupLow.toFixed(3)}, ${figures.repeatSpeedupHigh.toFixed(3)}]`,
        ]),
  ]);
  const headings = [
    ...['id', 'trial', 'result', 'equal outputs', 'metrics off by'],
    ...['repeated input', '95 % interval'],
  ];
  const reasons = audits.flatMap(({ trial, reasons: own }) =>
    own.map((reason) => `Failed: ${trial}: ${reason}`),
  );
  return [textTable(headings, rows, [3, 4, 5, 6]), ...reasons].join('\n');
}

/** `3 of 4 trials passed, 1 failed.` */
export function auditSummary(audits: readonly TrialAudit[]): string {
  const count = (result: TrialAudit['result']): number =>
    audits.filter((audit) => audit.result === result).length;
  const nothing = count('none');
  const left = nothing === 0 ? '' : ` ${nothing} times nothing and was not audited.`;
  return `${count('passed')} of ${counted(audits.length - nothing, 'trial')} passed, ${count('failed')} failed.${left}`;
}
