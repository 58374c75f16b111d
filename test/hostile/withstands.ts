/** What every reader owes to every file: an answer or an error that a user can read, soon, and without touching other files. */
import { resolve, sep } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { TurboError } from '../../src/errors/turbo-error.js';
import { touched } from './watched-files.js';

/** How many times as many files are tried as in CI; `npm run test:soak` asks for a hundred times. */
const SOAK_FACTOR = Number(process.env.TURBO_BENCH_SOAK ?? 1);

/** Processor time, so that a busy machine does not count; no file of a test takes a tenth of it. */
const LONGEST_CPU_MS = 3000;

/** Runs `read`; it may throw the error of turbo-bench and no other. */
export async function withstands(read: () => unknown): Promise<void> {
  const before = process.cpuUsage();
  try {
    await read();
  } catch (thrown) {
    if (!(thrown instanceof TurboError)) throw thrown;
  }
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(LONGEST_CPU_MS);
}

/** Bytes that a process may grow by while it reads small files, with all that fast-check and the test throw away: twice as much in a soak. */
const MOST_GROWTH_BYTES = (1 + SOAK_FACTOR / 100) * 400 * 2 ** 20;

/** The most memory that this process has ever held, in bytes. */
const peakBytes = (): number => process.resourceUsage().maxRSS * 1024;

/** Lets `read` try damaged files, `few` in CI; outside of `folder` none may be touched. */
export async function withstandsAll<File>(
  files: fc.Arbitrary<File>,
  read: (file: File) => unknown,
  { folder, few }: { readonly folder: string; readonly few: number },
): Promise<void> {
  const before = peakBytes();
  touched.clear();
  await fc.assert(
    fc.asyncProperty(files, (file) => withstands(() => read(file))),
    { numRuns: few * SOAK_FACTOR },
  );
  expect(outsideOf(folder, touched)).toEqual([]);
  expect(peakBytes() - before).toBeLessThan(MOST_GROWTH_BYTES);
}

/** Fonts are opened when they are first needed. */
const PACKAGES = resolve(import.meta.dirname, '../../node_modules');

/** Those of `paths` that lie neither in `folder` nor on the way to it. */
export function outsideOf(folder: string, paths: Iterable<string>): string[] {
  const own = `${resolve(folder)}${sep}`;
  return [...paths]
    .map((path) => resolve(path))
    .filter((path) => !path.startsWith(PACKAGES))
    .filter((path) => !`${path}${sep}`.startsWith(own) && !own.startsWith(`${path}${sep}`));
}
