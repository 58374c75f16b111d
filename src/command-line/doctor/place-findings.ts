/** Where files go: whether the cache of checkpoints and the folder of reports can be written, and how much room there is. */
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from '../../errors/turbo-error.js';
import { withPrefix } from '../text-table.js';
import type { Finding } from './finding.js';

/** Weights of one model of base size, in float32. */
const LITTLE_BYTES = 1e9;

/** Nothing is made: what is not there yet is judged by the folder that it would go into. */
export function placeFinding(what: string, folder: string, next: string): Finding {
  const about = { area: 'place', what };
  const nearest = existingAbove(folder);
  try {
    accessSync(nearest, constants.W_OK | constants.X_OK);
  } catch (thrown) {
    return { ...about, state: 'broken', detail: `${folder} cannot be written: ${messageOf(thrown)}`, next };
  }
  const { bavail, bsize } = statfsSync(nearest);
  const room = bavail * bsize;
  const detail = `${folder}; ${withPrefix(room)}B free`;
  return room >= LITTLE_BYTES
    ? { ...about, state: 'ok', detail }
    : { ...about, state: 'not available', detail: `${detail}: little for the weights of a model`, next };
}

function existingAbove(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existingAbove(dirname(folder));
}
