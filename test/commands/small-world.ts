/** A folder with an experiment, a dataset of a few pictures in seven classes, and a way to run turbo-bench in it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { programArguments, programEnvironment } from './program.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SmallWorld {
  readonly folder: string;
  writeExperiment(changes: object): void;
  start(...args: string[]): { readonly child: ChildProcess; readonly finished: Promise<Finished> };
  /** In bash, `$turbo` being the program: for what only a shell can arrange. */
  shell(script: string): Promise<Finished>;
}

export async function smallWorld(): Promise<SmallWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'world-'));
  const start = programArguments();
  mkdirSync(join(folder, 'models'));
  symlinkSync(join(repository, 'test/fixtures/models/vit'), join(folder, 'models/vit'));
  await writeDataset(join(folder, 'datasets/tiny'));
  return {
    folder,
    writeExperiment: (changes) =>
      writeFileSync(
        join(folder, 'small.yaml'),
        JSON.stringify({
          name: 'small',
          models: ['./models/vit'],
          tasks: [{ task: 'classification', dataset: 'tiny' }],
          reduction: [{ method: ['tome', 'pruning'], tokensPerLayer: 4 }],
          measure: { batchSize: 4, minSeconds: 0, minRuns: 5, warmupSeconds: 0, memory: false },
          engine: { threads: 1 },
          ...changes,
        }),
      ),
    shell: (script) =>
      outcomeOf(
        spawn('bash', ['-c', script], {
          cwd: folder,
          stdio: ['ignore', 'pipe', 'pipe'],
          env: { ...programEnvironment(), turbo: [process.execPath, ...start].join(' ') },
        }),
      ),
    start(...args) {
      const child = spawn(process.execPath, [...start, ...args], {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: programEnvironment(),
      });
      return { child, finished: outcomeOf(child) };
    },
  };
}

async function writeDataset(root: string): Promise<void> {
  for (let label = 0; label < 7; label++) {
    const classFolder = join(root, 'test', `label-${label}`);
    mkdirSync(classFolder, { recursive: true });
    for (let number = 0; number < 2; number++) {
      const background = { r: 30 * label, g: 120 * number, b: 255 - 30 * label };
      await sharp({ create: { width: 70, height: 64, channels: 3, background } })
        .png()
        .toFile(join(classFolder, `${number}.png`));
    }
  }
  writeFileSync(
    join(root, 'manifest.yaml'),
    JSON.stringify({
      name: 'tiny',
      title: 'Fourteen plain pictures',
      format: 'image-folder',
      source: 'made by the test',
      licences: [{ licence: 'CC0-1.0' }],
      splits: { test: { samples: 14 } },
      layout: { 'test/<class>/': 'pictures' },
      obtain: 'Run the test.',
    }),
  );
}

function outcomeOf(child: ChildProcess): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}
