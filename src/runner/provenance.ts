/** Where a result comes from: versions, machine, load, experiment text. Written at the head of every run. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, freemem, loadavg, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { EnergySources } from '../measure/energy/energy-sources.js';
import type { MachinePeak } from './peak-probe.js';

export interface Provenance {
  readonly version: string;
  /** Of the turbo-bench checkout, with a plus sign when it has changes; null outside of one. */
  readonly commit: string | null;
  readonly node: string;
  readonly packages: Readonly<Record<string, string>>;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly freeMemoryBytes: number;
  readonly system: string;
  /** Threads inside one operator. */
  readonly threads: number | readonly number[];
  /** Mean number of runnable processes over the minute before the run. */
  readonly loadAtStart: number;
  readonly experiment: string;
  readonly experimentFile: string;
  readonly experimentText: string;
  readonly seed: number;
  readonly startedAt: string;
  /** Samples of each dataset at most, as the run was told; null for all. Older runs did not note it. */
  readonly limit?: number | null;
  /** Meters of energy, and why others cannot be read; left out where the experiment asks for none. */
  readonly energy?: EnergySources;
  /** What the engine reaches on this machine; left out where it was not measured. */
  readonly peak?: MachinePeak;
  /** The same for every number of threads, where there are several. */
  readonly peaks?: readonly MachinePeak[];
}

const root = new URL('../../', import.meta.url);

/** `version` of this package. */
export function turboBenchVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string };
  return version;
}

/** @param facts what the run knows itself */
export function provenanceOf(
  facts: Pick<
    Provenance,
    'threads' | 'experiment' | 'experimentFile' | 'experimentText' | 'seed' | 'startedAt' | 'limit' | 'energy'
  >,
): Provenance {
  return {
    version: turboBenchVersion(),
    commit: commitOf(fileURLToPath(root)),
    node: process.versions.node,
    packages: packageVersions(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    freeMemoryBytes: freemem(),
    system: `${type()} ${release()} ${process.arch}`,
    loadAtStart: loadavg()[0] ?? 0,
    ...facts,
  };
}

/** Versions of the direct dependencies as they are installed. */
function packageVersions(): Record<string, string> {
  const { dependencies = {} } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  const { resolve } = createRequire(import.meta.url);
  const versions: Record<string, string> = {};
  for (const name of Object.keys(dependencies)) {
    const folder = (resolve.paths(name) ?? []).map((path) => `${path}/${name}/package.json`);
    versions[name] = folder.map(installedVersion).find((version) => version !== undefined) ?? 'not installed';
  }
  return versions;
}

function installedVersion(file: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { version?: string }).version;
  } catch {
    return undefined;
  }
}

function commitOf(folder: string): string | null {
  const git = (...words: string[]): string =>
    execFileSync('git', ['-C', folder, ...words], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    const commit = git('rev-parse', 'HEAD');
    return git('status', '--porcelain', '--untracked-files=no') === '' ? commit : `${commit}+`;
  } catch {
    return null;
  }
}
