/**
 * The two caption metrics that exist only as Java programs: what they need, whether it is there, and how they are run.
 *
 * The jars are not part of turbo-bench. The environment variable `TURBO_BENCH_JARS` names a folder laid out as the Python package pycocoevalcap
 * (1.2) is, so that its folder is one: `meteor/meteor-1.5.jar`, `spice/spice-1.0.jar` and what these load.
 */
import type { ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { TurboError } from '../../errors/turbo-error.js';

/** What a Java metric takes from the outside. */
export interface JavaTools {
  /** `PATH` and `TURBO_BENCH_JARS` are read here, and Java gets all of it. */
  environment: Readonly<Record<string, string | undefined>>;
  spawn: typeof spawn;
}

export type JavaMetric = 'METEOR' | 'SPICE';

/** Whether a metric can be run, or why not and what to do. */
export type Availability =
  | { available: true; jar: string }
  | { available: false; reason: string; next: string };

/** Below the folder of the jars; the first file of a metric is the one that is started. */
const FILES: Record<JavaMetric, readonly [string, ...string[]]> = {
  METEOR: ['meteor/meteor-1.5.jar', 'meteor/data/paraphrase-en.gz'],
  SPICE: [
    'spice/spice-1.0.jar',
    'spice/lib/stanford-corenlp-3.6.0.jar',
    'spice/lib/stanford-corenlp-3.6.0-models.jar',
  ],
};

const HOW_TO_GET: Record<JavaMetric, string> = {
  METEOR:
    'Run `pip install pycocoevalcap` and set TURBO_BENCH_JARS to the folder pycocoevalcap in site-packages.',
  SPICE:
    'Run `pip install pycocoevalcap`, then `python -m pycocoevalcap.spice.get_stanford_models`, and set TURBO_BENCH_JARS to the folder pycocoevalcap in site-packages.',
};

/** Tells in advance, before any model has run, whether `metric` can be computed here. */
export async function javaMetricAvailability(metric: JavaMetric, tools: JavaTools): Promise<Availability> {
  const unavailable = (reason: string, next: string): Availability => ({ available: false, reason, next });
  const folder = tools.environment.TURBO_BENCH_JARS;
  if (folder === undefined || folder === '')
    return unavailable(`${metric} needs jars, and TURBO_BENCH_JARS is not set`, HOW_TO_GET[metric]);
  const missing = FILES[metric].map((file) => resolve(folder, file)).find((file) => !existsSync(file));
  if (missing !== undefined)
    return unavailable(`${metric} needs ${missing}, which is not there`, HOW_TO_GET[metric]);
  const problem = await javaProblem(tools);
  if (problem !== undefined)
    return unavailable(
      `${metric} needs Java, and \`java -version\` fails: ${problem}`,
      'Install a Java runtime (Debian: `apt-get install default-jre-headless`) and check that `java` is on the PATH.',
    );
  return { available: true, jar: resolve(folder, FILES[metric][0]) };
}

/** The jar of `metric`. @throws TurboError when it is not available */
export async function requireJavaMetric(metric: JavaMetric, tools: JavaTools): Promise<string> {
  const found = await javaMetricAvailability(metric, tools);
  if (found.available) return found.jar;
  throw new TurboError(found.reason, {
    value: tools.environment.TURBO_BENCH_JARS ?? null,
    allowed: `a folder that holds ${FILES[metric].join(', ')}`,
    where: 'environment variable TURBO_BENCH_JARS',
    next: found.next,
  });
}

/** A Java program that runs, and how it ends. */
export interface RunningJava {
  child: ChildProcess;
  /** Resolves when it ends well. Rejects with a TurboError, which has its last words, when not. */
  ended: Promise<void>;
}

const LAST_WORDS = 2000;

export function startJava(
  metric: string,
  parameters: readonly string[],
  cwd: string,
  tools: JavaTools,
): RunningJava {
  const child = tools.spawn('java', parameters, { cwd, env: { ...tools.environment }, stdio: 'pipe' });
  let lastWords = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-LAST_WORDS);
  });
  child.stdin.on('error', () => {}); // A program that is gone is reported by `ended`.
  const ended = new Promise<void>((settle, reject) => {
    const fail = (how: string): void =>
      reject(
        new TurboError(`The Java program of ${metric} ${how}`, {
          value: lastWords.trim(),
          where: `java ${parameters.join(' ')}`,
          next: 'Run the command by hand in the folder of the jar. Out of memory and a Java that is too new are the usual causes.',
        }),
      );
    child.once('error', ({ message }) => fail(`did not start: ${message}`));
    child.once('close', (code, signal) => {
      if (code === 0) settle();
      else fail(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`);
    });
  });
  return { child, ended };
}

/** Why Java does not run, or undefined when it does. */
function javaProblem(tools: JavaTools): Promise<string | undefined> {
  return new Promise((settle) => {
    const child = tools.spawn('java', ['-version'], { env: { ...tools.environment }, stdio: 'ignore' });
    child.once('error', ({ message }) => settle(message));
    child.once('exit', (code, signal) => settle(code === 0 ? undefined : `it ended with ${signal ?? code}`));
  });
}
