/** From what a user names to the record of a run: the folder of a report, its journal, or a baseline file. */
import { readFileSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { z } from 'zod';
import { systemCode, TurboError } from '../errors/turbo-error.js';
import { type CellRecord, RECORD_FORMAT, RECORD_SCHEMA, RunRecord } from '../report/comparison/run-record.js';
import { JOURNAL_FILE } from '../runner/journal.js';
import { recordedRun } from '../runner/recorded-run.js';
import { wholeParameters } from '../runner/whole-parameters.js';
import { TaskOptions } from '../tasks/options.js';

const NEXT = 'Name the folder of a run, such as reports/quickstart, or a file of compare --write-baseline.';

/** @throws TurboError when there is nothing that can be compared */
export async function recordOfPath(path: string, notice: (text: string) => void): Promise<RunRecord> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new TurboError('There is no such run', { value: path, next: NEXT });
  if (found.isDirectory()) return recordedRun(path, notice);
  if (basename(path) === JOURNAL_FILE) return recordedRun(dirname(path), notice);
  return baselineFile(path);
}

function baselineFile(path: string): RunRecord {
  const content = contentOf(path);
  const { format, schema } = z
    .looseObject({ format: z.unknown(), schema: z.unknown() })
    .catch({ format: undefined, schema: undefined })
    .parse(content);
  if (format !== RECORD_FORMAT)
    throw new TurboError('This file is neither a journal nor a baseline', { where: path, next: NEXT });
  if (typeof schema === 'number' && schema > RECORD_SCHEMA)
    throw new TurboError('The baseline file is of a newer turbo-bench', {
      ...{ where: path, value: schema, allowed: `schema ${RECORD_SCHEMA}` },
      next: 'Update turbo-bench, or write the file again with this version.',
    });
  if (typeof schema === 'number' && schema < RECORD_SCHEMA)
    throw new TurboError('The baseline file is of an earlier turbo-bench', {
      ...{
        where: path,
        value: schema,
        allowed: `schema ${RECORD_SCHEMA}, which says under which conditions`,
      },
      next: `Write it again from the folder of its run: turbo-bench compare FOLDER --write-baseline ${path}`,
    });
  const parsed = RunRecord.safeParse(content);
  if (parsed.success) return { ...parsed.data, cells: parsed.data.cells.map(withLaterDefaults) };
  const [issue] = parsed.error.issues;
  throw new TurboError('The baseline file is damaged', {
    where: `${path}, ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
    next: 'Write it again: turbo-bench compare --write-baseline FILE FOLDER',
  });
}

/** What this version can be told of a method or task, and the one that wrote the file could not, has its default. */
function withLaterDefaults(cell: CellRecord): CellRecord {
  const { settings } = cell;
  const allParameters = wholeParameters({ ...cell, parameters: cell.allParameters });
  if (settings === null) return { ...cell, allParameters };
  const { success, data } = TaskOptions.safeParse(settings.task);
  return { ...cell, allParameters, settings: success ? { ...settings, task: data } : settings };
}

function contentOf(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw new TurboError('The file cannot be read', {
      where: path,
      value: systemCode(cause),
      next: NEXT,
      cause,
    });
  }
}
