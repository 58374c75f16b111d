/**
 * `scheduler_config.json` of a checkpoint folder: the class that it was saved from, and that class's keys.
 *
 * Source: `SchedulerMixin.save_pretrained` of diffusers 0.42.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseStrictJson } from '../../checkpoints/strict-json.js';
import { messageOf, TurboError } from '../../errors/turbo-error.js';

const deepestNesting = 8;

/** A config as it was written; nothing in it is checked but that it is an object. */
export interface SchedulerFile {
  readonly where: string;
  /** Null counts as left out, as it does in diffusers for all keys that may be null. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * Reads the config of a `scheduler` folder.
 *
 * @throws TurboError when the file is missing or holds no JSON object
 */
export function readSchedulerFile(folder: string): SchedulerFile {
  const where = path.join(folder, 'scheduler_config.json');
  const fields = parseStrictJson(asJson(textOf(where)), deepestNesting, where);
  if (typeof fields === 'object' && fields !== null && !Array.isArray(fields))
    return {
      where,
      fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)),
    };
  throw new TurboError('The config of the scheduler must be a JSON object.', { where });
}

function textOf(where: string): string {
  try {
    return readFileSync(where, 'utf8');
  } catch (cause) {
    throw new TurboError(`The config of the scheduler cannot be read: ${messageOf(cause)}.`, {
      where,
      next: 'a Stable Diffusion checkpoint in the layout of diffusers has it in its folder `scheduler`',
      cause,
    });
  }
}

/** Python writes this default as `-Infinity`, which is not JSON; it means the same as null. */
function asJson(text: string): string {
  return text.replace(/("lambda_min_clipped"\s*:\s*)-Infinity/, '$1null');
}
