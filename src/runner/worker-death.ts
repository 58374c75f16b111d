/** How a worker process ended that should not have, in words for a person; above all, whether memory ran out. */
import { readFileSync } from 'node:fs';
import { isOutOfMemory } from '../engines/index.js';

export interface Death {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of its standard error. */
  readonly lastWords: string;
  /** Whether the system ended some process for lack of memory meanwhile; null where that cannot be known. */
  readonly systemKilled: boolean | null;
}

/** What helps when memory runs out. */
export const MORE_MEMORY = 'lower measure.batchSize, or free some memory';

/** V8 and Node print these behind the one line that says something. */
const STACK = /^\s*(at |\d+: 0x|-----|<---|\[\d+:|Node\.js v|$)/;
const LONGEST_WORDS = 500;
const KILLED = 137;

/** `was ended by SIGSEGV: …`, without a full stop. */
export function deathText({ code, signal, lastWords, systemKilled }: Death): string {
  const lines = lastWords.split('\n').filter((line) => !STACK.test(line));
  const memoryLine = lines.find(isOutOfMemory);
  if (memoryLine !== undefined) return `ran out of memory: ${MORE_MEMORY} (${memoryLine.trim()})`;
  const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
  const wasKilled = signal === 'SIGKILL' || code === KILLED;
  if (wasKilled && systemKilled === true)
    return `${how} by the system, because it ran out of memory: ${MORE_MEMORY}`;
  const words = lines.join('\n').trim().slice(-LONGEST_WORDS);
  return `${how}${wasKilled ? ` (out of memory, perhaps: ${MORE_MEMORY})` : ''}${words === '' ? '' : `: ${words}`}`;
}

/** How many processes Linux has ended for lack of memory since it started, those in containers included; null where it does not tell. */
export function systemKills(): number | null {
  try {
    const count = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1];
    return count === undefined ? null : Number(count);
  } catch {
    return null;
  }
}
