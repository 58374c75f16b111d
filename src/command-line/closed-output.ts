/**
 * Output that nobody takes any more: a reader that has gone (`| head -1`, a closed terminal) is no reason to stop, what is measured is on the disk.
 *
 * Where output is lost for another reason, a full disk above all, the command says so and its exit code is not 0.
 */
import { systemCode } from '../errors/turbo-error.js';
import { diskError } from '../runner/journal.js';

const GONE: readonly (string | undefined)[] = ['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED'];
const LOST = 2;

/** To be called once, before anything is written. */
export function bearClosedOutput({
  stdout,
  stderr,
}: Pick<NodeJS.Process, 'stdout' | 'stderr'> = process): void {
  let isTold = false;
  // The framework's own listener throws whatever is not EPIPE, with a stack.
  stdout.removeAllListeners('error').on('error', (thrown) => {
    if (isTold || GONE.includes(systemCode(thrown))) return;
    isTold = true;
    process.once('exit', () => {
      process.exitCode ||= LOST;
    });
    stderr.write(`Error: ${diskError('Cannot write to standard output', 'stdout', thrown).message}\n`);
  });
  stderr.off('error', ignore).on('error', ignore);
}

/** There is nowhere left to tell it. */
function ignore(): void {}
