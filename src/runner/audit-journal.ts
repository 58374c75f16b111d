/** Audits trials of a journal: each is run again as it was set up then, and what comes out is judged. */
import { type AuditFigures, auditFigures } from '../measure/audit.js';
import { DEFAULT_BOUNDS, violations } from '../measure/validity.js';
import type { TrialLine } from './journal-lines.js';
import type { PlannedTrial } from './plan.js';
import { reasonOf, type WorkerCrew } from './worker-crew.js';

/** A trial of the plan, and what the journal says of it. */
export interface AuditedTrial {
  readonly planned: PlannedTrial;
  readonly line: TrialLine;
}

export interface TrialAudit {
  readonly trial: string;
  readonly label: string;
  /** `none`: the task times nothing, so that there is nothing to audit. */
  readonly result: 'passed' | 'failed' | 'none';
  /** Null where nothing was measured. */
  readonly figures: AuditFigures | null;
  /** Why it failed, each with what to do. */
  readonly reasons: readonly string[];
}

/** The trials of a plan that a journal has a result of. */
export function auditable(
  selected: readonly PlannedTrial[],
  lines: readonly TrialLine[],
): readonly AuditedTrial[] {
  const measured = lines.filter(({ row }) => row.status === 'completed' || row.status === 'invalid');
  const byFingerprint = new Map(measured.map((line) => [line.fingerprint, line]));
  return selected.flatMap((planned) => {
    const line = byFingerprint.get(planned.fingerprint);
    return line === undefined ? [] : [{ planned, line }];
  });
}

/** @param seed of the experiment @param onAudit told of every trial as soon as it is judged */
export async function auditJournal(
  trials: readonly AuditedTrial[],
  crew: Pick<WorkerCrew, 'audit'>,
  seed: number,
  onAudit: (audit: TrialAudit, number: number) => void = () => {},
): Promise<TrialAudit[]> {
  const audits: TrialAudit[] = [];
  for (const trial of trials) {
    const audit = await auditOne(trial, crew, seed);
    audits.push(audit);
    onAudit(audit, audits.length);
  }
  return audits;
}

async function auditOne(
  { planned, line }: AuditedTrial,
  crew: Pick<WorkerCrew, 'audit'>,
  seed: number,
): Promise<TrialAudit> {
  const name = { trial: planned.id, label: planned.label };
  try {
    const findings = await crew.audit(planned);
    if (findings === null) return { ...name, result: 'none', figures: null, reasons: [] };
    const figures = auditFigures(findings, line.row.metrics, seed);
    const broken = violations({ audit: figures }, DEFAULT_BOUNDS);
    const reasons = broken.map(({ reason, remedy }) => `${reason}: ${remedy}`);
    return { ...name, result: broken.length === 0 ? 'passed' : 'failed', figures, reasons };
  } catch (thrown) {
    return { ...name, result: 'failed', figures: null, reasons: [reasonOf(thrown)] };
  }
}
