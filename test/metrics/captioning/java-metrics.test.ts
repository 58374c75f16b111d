import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type JavaTools, javaMetricAvailability } from '../../../src/metrics/captioning/java-metrics.js';
import { meteor } from '../../../src/metrics/captioning/meteor.js';
import { spice } from '../../../src/metrics/captioning/spice.js';

/**
 * Stands in for `java`. Writes down how it was called; plays METEOR, whose score of an image is the share of the candidate's words that the
 * first reference has, and SPICE, whose score is the number of references. `PRETEND` makes it fail.
 */
const FAKE_JAVA = `#!${process.execPath}
const { appendFileSync, readFileSync, writeFileSync } = require('node:fs');
const { createInterface } = require('node:readline');
const parameters = process.argv.slice(2);
appendFileSync(process.env.CALLS, JSON.stringify({ parameters, cwd: process.cwd() }) + '\\n');
if (parameters[0] === '-version') process.exit(process.env.PRETEND === 'broken' ? 3 : 0);
if (process.env.PRETEND === 'crash') {
  process.stderr.write('java.lang.OutOfMemoryError');
  process.exit(1);
}
if (process.env.PRETEND === 'silent') process.exit(0);
if (process.env.PRETEND === 'confused') console.log('Usage:\\n'.repeat(99));
if (parameters.includes('-stdio')) {
  createInterface({ input: process.stdin }).on('line', (line) => {
    appendFileSync(process.env.CALLS, JSON.stringify({ line }) + '\\n');
    const [command, ...parts] = line.split(' ||| ');
    if (command === 'SCORE') {
      const words = parts.at(-1).split(' ');
      const known = new Set(parts[0].split(' '));
      console.log(words.filter((word) => known.has(word)).length + ' ' + words.length);
    } else {
      const counts = parts.map((part) => part.split(' ').map(Number));
      for (const [hits, length] of counts) console.log(hits / length);
      console.log(counts.reduce((sum, [hits]) => sum + hits, 0) / counts.reduce((sum, [, length]) => sum + length, 0));
    }
  });
} else {
  const items = JSON.parse(readFileSync(parameters[3], 'utf8'));
  const scores = items.map(({ image_id, refs, test }) => ({
    image_id,
    scores: { All: { pr: 0, re: 0, f: test === '' ? null : refs.length } },
  }));
  writeFileSync(parameters[parameters.indexOf('-out') + 1], JSON.stringify(scores.reverse()));
}
`;

const IMAGES = [
  { candidate: 'a red ||| dog', references: ['a dog sits', 'the dog'] },
  { candidate: 'cat', references: ['a cat'] },
];

let root: string;
let tools: JavaTools;
let calls: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'java-metrics-'));
  calls = join(root, 'calls.jsonl');
  const place = (file: string, text: string, mode?: number): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text, { mode });
  };
  place('bin/java', FAKE_JAVA, 0o755);
  for (const file of ['meteor-1.5.jar', 'data/paraphrase-en.gz']) place(`jars/meteor/${file}`, '');
  const libraries = ['lib/stanford-corenlp-3.6.0.jar', 'lib/stanford-corenlp-3.6.0-models.jar'];
  for (const file of ['spice-1.0.jar', ...libraries]) place(`jars/spice/${file}`, '');
  mkdirSync(join(root, 'empty'));
  tools = {
    spawn,
    environment: { PATH: join(root, 'bin'), TURBO_BENCH_JARS: join(root, 'jars'), CALLS: calls },
  };
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

const changed = (environment: JavaTools['environment']): JavaTools => ({
  ...tools,
  environment: { ...tools.environment, ...environment },
});

function recorded(): { parameters?: string[]; cwd?: string; line?: string }[] {
  const text = readFileSync(calls, 'utf8');
  rmSync(calls);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('whether a Java metric is available', () => {
  it('is told with the jar where everything is there', async () => {
    expect(await javaMetricAvailability('METEOR', tools)).toEqual({
      available: true,
      jar: join(root, 'jars/meteor/meteor-1.5.jar'),
    });
    expect(await javaMetricAvailability('SPICE', tools)).toMatchObject({ available: true });
  });

  it('is told with the whole path where the folder is relative', async () => {
    const folder = relative(process.cwd(), join(root, 'jars'));
    const found = await javaMetricAvailability('METEOR', changed({ TURBO_BENCH_JARS: folder }));
    expect(found).toEqual({ available: true, jar: join(root, 'jars/meteor/meteor-1.5.jar') });
  });

  it.each([
    { why: 'the variable is not set', environment: { TURBO_BENCH_JARS: undefined }, reason: /is not set/ },
    {
      why: 'the folder has no jar',
      environment: { TURBO_BENCH_JARS: '/nowhere' },
      reason: /nowhere.*not there/,
    },
    { why: 'Java does not run', environment: { PRETEND: 'broken' }, reason: /ended with 3/ },
  ])('is denied with a reason and a remedy where $why', async ({ environment, reason }) => {
    const found = await javaMetricAvailability('METEOR', changed(environment));
    expect(found).toMatchObject({ available: false, reason: expect.stringMatching(reason) });
    expect(found).toHaveProperty('next', expect.stringMatching(/pip install|apt-get install/));
  });

  it('is denied where there is no Java', async () => {
    const found = await javaMetricAvailability('METEOR', changed({ PATH: join(root, 'empty') }));
    expect(found).toMatchObject({ available: false, reason: expect.stringMatching(/needs Java.*ENOENT/) });
  });
});

describe('METEOR', () => {
  it('hands every image to the program, and hands back its scores', async () => {
    const scores = await meteor(IMAGES, tools);
    expect([...scores.perImage]).toEqual([2 / 3, 1]);
    expect(scores.meteor).toBe(3 / 4);
  });

  it('speaks the protocol of the COCO caption evaluation', async () => {
    rmSync(calls, { force: true });
    await meteor(IMAGES, tools);
    const [, started, ...lines] = recorded();
    const jar = join(root, 'jars/meteor/meteor-1.5.jar');
    expect(started?.parameters).toEqual(['-jar', '-Xmx2G', jar, '-', '-', '-stdio', '-l', 'en', '-norm']);
    expect(lines.map(({ line }) => line)).toEqual([
      'SCORE ||| a dog sits ||| the dog ||| a red dog',
      'SCORE ||| a cat ||| cat',
      'EVAL ||| 2 3 ||| 1 1',
    ]);
  });

  it('tells the last words of a program that crashes', async () => {
    await expect(meteor(IMAGES, changed({ PRETEND: 'crash' }))).rejects.toThrow(
      /exit code 1[\s\S]*OutOfMemoryError/,
    );
  });

  it('does not wait for answers that never come', async () => {
    await expect(meteor(IMAGES, changed({ PRETEND: 'silent' }))).rejects.toThrow(/before it had answered/);
  });

  it('does not take words for scores', async () => {
    await expect(meteor(IMAGES, changed({ PRETEND: 'confused' }))).rejects.toThrow(
      /something else than a score/,
    );
  });

  it('refuses to start where it is not available', async () => {
    const nowhere = changed({ TURBO_BENCH_JARS: undefined });
    await expect(meteor(IMAGES, nowhere)).rejects.toThrow(/TURBO_BENCH_JARS is not set[\s\S]*pip install/);
  });
});

describe('SPICE', () => {
  it('gives every image the score of the program, whatever their order', async () => {
    const scores = await spice(IMAGES, join(root, 'spice-files'), tools);
    expect([...scores.perImage]).toEqual([2, 1]);
    expect(scores.spice).toBe(1.5);
  });

  it('has no score for an image where the program has none', async () => {
    const images = [{ candidate: '', references: ['a dog'] }];
    const scores = await spice(images, join(root, 'spice-files'), tools);
    expect(scores.perImage[0]).toBeNaN();
  });

  it('calls the program as the COCO caption evaluation does', async () => {
    rmSync(calls, { force: true });
    await spice(IMAGES, join(root, 'spice-files'), tools);
    const { parameters } = recorded()[1]!;
    expect(parameters?.slice(0, 3)).toEqual(['-jar', '-Xmx8G', join(root, 'jars/spice/spice-1.0.jar')]);
    expect(parameters?.slice(4, 6)).toEqual(['-cache', join(root, 'spice-files/cache')]);
    expect(parameters?.slice(-2)).toEqual(['-subset', '-silent']);
  });

  it('tells the last words of a program that crashes', async () => {
    const crash = changed({ PRETEND: 'crash' });
    await expect(spice(IMAGES, join(root, 'spice-files'), crash)).rejects.toThrow(/OutOfMemoryError/);
  });

  it('says so when the program writes nothing', async () => {
    const silent = changed({ PRETEND: 'silent' });
    await expect(spice(IMAGES, join(root, 'spice-files'), silent)).rejects.toThrow(/one score per image/);
  });
});
