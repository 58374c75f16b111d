/**
 * Latency and throughput beside each other: every variant under all conditions that it was measured under. A batch of one tells how long an
 * answer takes, at the median and at worst (p99); a large one how many there are in a second.
 */
import { markdownTable } from './markdown-table.js';
import { methodName, parameterSymbol, variedParameters } from './parameter-names.js';
import { numberColumn, speedupText, type TableColumn, throughputText } from './table-cells.js';
import { shortModelName, type TrialGroup } from './trial-groups.js';
import type { TrialRow } from './trial-row.js';

/** A section for every model, task and dataset that was timed in several batch sizes, or with several numbers of threads. */
export function modesTables(groups: readonly TrialGroup[]): string[] {
  const together = new Map<string, TrialGroup[]>();
  for (const group of groups) {
    const key = JSON.stringify([group.model, group.task, group.dataset]);
    together.set(key, [...(together.get(key) ?? []), group]);
  }
  return [...together.values()].flatMap((members) => {
    const [{ model, task, dataset }] = members as [TrialGroup, ...TrialGroup[]];
    const rows = members.flatMap((member) => member.rows).filter((row) => row.status === 'completed');
    const timed = rows.filter((row) => row.latencyMedianMs !== null);
    if (new Set(timed.map(conditionsOf)).size < 2) return [];
    const place = [shortModelName(model), dataset === '' ? task : `${task} on ${dataset}`].join(' · ');
    return [`## ${place} · latency and throughput\n\n${modesTable(timed)}\n`];
  });
}

/** All conditions of one variant, then those of the next. */
function modesTable(rows: readonly TrialRow[]): string {
  const varied = variedParameters(rows);
  const variants = new Map<string, TrialRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.method, ...varied.map((name) => row.parameters[name] ?? null)]);
    variants.set(key, [...(variants.get(key) ?? []), row]);
  }
  const columns: TableColumn[] = [
    { heading: 'method', align: 'left', cell: (row) => methodName(row.method) },
    ...varied.map(
      (name): TableColumn => ({
        heading: parameterSymbol(name),
        align: 'right',
        cell: (row) => String(row.parameters[name] ?? ''),
      }),
    ),
    numberColumn('threads', (row) => row.threads ?? null, 0),
    numberColumn('batch', (row) => row.batchSize ?? null, 0),
    numberColumn('median ms', (row) => row.latencyMedianMs, 2),
    numberColumn('p99 ms', (row) => row.latencyP99Ms, 2),
    { heading: 'images/s', align: 'right', cell: ({ imagesPerSecond }) => throughputText(imagesPerSecond) },
    { heading: 'speed-up', align: 'right', cell: speedupText },
  ];
  const cells = [...variants.values()].flat().map((row) => columns.map(({ cell }) => cell(row)));
  return markdownTable(columns, cells);
}

function conditionsOf({ threads, batchSize }: TrialRow): string {
  return JSON.stringify([threads ?? null, batchSize ?? null]);
}
