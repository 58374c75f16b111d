/** What is loaded before it is needed, and how much work the program does before it does anything. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { median } from '../../src/measure/summary.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'start-up-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** At the end of a process, tells its processor time and the engine packages that it has loaded; they all are CommonJS. */
const watcher = join(folder, 'watch.mjs');
writeFileSync(
  watcher,
  `import { createRequire } from 'node:module';
const { cache } = createRequire(import.meta.url);
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  const loaded = ['onnxruntime-node', '@tensorflow'].filter((name) => Object.keys(cache).some((file) => file.includes(name)));
  process.stderr.write('\\n' + JSON.stringify({ cpuMs: (user + system) / 1000, loaded }));
});
`,
);

interface Watched {
  readonly cpuMs: number;
  readonly loaded: readonly string[];
}

function watched(...args: readonly string[]): Watched {
  const { stderr, status } = spawnSync(process.execPath, ['--import', watcher, ...args], {
    ...{ cwd: root, encoding: 'utf8' },
  });
  expect(status, stderr).toBe(0);
  return JSON.parse(stderr.slice(stderr.lastIndexOf('\n'))) as Watched;
}

/** Runs a graph on an engine in a process of its own. */
function running(engine: string): Watched {
  const source = (path: string) => JSON.stringify(pathToFileURL(join(root, 'src', path)).href);
  const program = join(folder, `${engine}.mjs`);
  writeFileSync(
    program,
    `const { openEngine, tensorData } = await import(${source('engines/index.ts')});
const { exp, graph, input } = await import(${source('graph/index.ts')});
await import(${source('index.ts')});
const x = input('x', 'float32', [1]);
const engine = await openEngine(${JSON.stringify(engine)});
const session = await engine.createSession(graph('net', [x], { y: exp(x) }), { threads: 1 });
await session.run({ x: tensorData(Float32Array.of(0), [1]) });
await session.release();
`,
  );
  const tsx = pathToFileURL(join(root, 'node_modules/tsx/dist/esm/index.mjs')).href;
  return watched('--import', tsx, program);
}

describe('an engine package', () => {
  it('is not loaded by --help', { timeout: 120_000 }, () => {
    expect(watched('bin/run.js', '--help').loaded).toEqual([]);
  });

  it.each([
    ['onnxruntime', ['onnxruntime-node']],
    ['tfjs', ['@tensorflow']],
    ['fake', []],
  ])('is loaded by its own engine alone: %s', { timeout: 120_000 }, (engine, packages) => {
    expect(running(engine).loaded).toEqual(packages);
  });
});

it('asks for help at a few times the work of an empty program', { timeout: 240_000 }, () => {
  const ratios = Array.from({ length: 5 }, () => {
    const empty = watched('-e', '0');
    return watched('bin/run.js', '--help').cpuMs / empty.cpuMs;
  });
  expect(median(ratios)).toBeLessThan(8);
});
