/**
 * Runs every command that README.md and docs/ show, as they show it, from the top of the repository.
 *
 * A block is left out when the line before it is a comment `<!-- not run: reason -->`; the reason is printed. Commands that this
 * job has run already (install, tests, quickstart) are named, not repeated. `<!-- setup: writes FILE -->` asks for one of the
 * inputs below, which is removed afterwards.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeTensors } from '../src/checkpoints/tensors.js';

const root = new URL('../', import.meta.url).pathname;
const ranBefore = [/^npm ci\b/, /^npm test\b/, /^npx turbo-bench run experiments\/quickstart\.yaml$/];

const inputs: Readonly<Record<string, () => Promise<void>>> = {
  'in.safetensors': async () => {
    const data = Float32Array.from({ length: 2 * 3 * 168 * 168 }, (_, at) => Math.sin(at / 50));
    const pixels = { dtype: 'float32' as const, shape: [2, 3, 168, 168], data };
    await writeTensors(`${root}in.safetensors`, new Map([['pixel_values', pixels]]));
  },
};

interface Block {
  readonly file: string;
  readonly note: string;
  readonly commands: readonly string[];
}

/** Every shell block, with the comment before it and its commands; a trailing backslash continues a line. */
function blocksOf(file: string): Block[] {
  const text = readFileSync(root + file, 'utf8');
  return [...text.matchAll(/(?:<!-- (.*?) -->\n)?```sh\n([\s\S]*?)```/g)].map(([, note = '', body = '']) => ({
    file,
    note,
    commands: body
      .replaceAll(/\\\n\s*/g, '')
      .split('\n')
      .map((line) => line.replace(/\s+#\s.*$/, '').trim())
      .filter((line) => line !== '' && !line.startsWith('#')),
  }));
}

async function runBlock({ file, note, commands }: Block): Promise<number> {
  if (note.startsWith('not run: ')) {
    console.log(`${file}: left out (${note.slice('not run: '.length)}): ${commands.join(' ; ')}`);
    return 0;
  }
  const input = /^setup: writes (\S+)$/.exec(note)?.[1];
  if (input !== undefined) await inputs[input]!();
  let failed = 0;
  for (const command of commands) {
    const parts = command.split(' && ');
    if (parts.every((part) => ranBefore.some((known) => known.test(part)))) {
      console.log(`${file}: ran before: ${command}`);
      continue;
    }
    const started = performance.now();
    const { status, stdout, stderr } = spawnSync('bash', ['-c', command], { cwd: root, encoding: 'utf8' });
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${file}: ${status === 0 ? 'ok' : `FAILED (${status})`} in ${seconds} s: ${command}`);
    if (status !== 0) {
      failed++;
      console.log(stdout + stderr);
    }
  }
  return failed;
}

const files = ['README.md', ...readdirSync(`${root}docs`).map((name) => `docs/${name}`)];
let failed = 0;
for (const file of files.filter((name) => name.endsWith('.md')))
  for (const block of blocksOf(file)) failed += await runBlock(block);
for (const left of [...Object.keys(inputs), 'out.safetensors', 'baseline.json'])
  rmSync(root + left, { force: true });
if (failed > 0) console.log(`${failed} commands of the docs failed`);
process.exitCode = failed > 0 ? 1 : 0;
