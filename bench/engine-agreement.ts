/**
 * The same experiment on every engine: on how many samples of the embedded sets they agree, and how far their numbers are
 * apart. Writes the table of docs/engines.md.
 *
 *     npx tsx bench/engine-agreement.ts [--limit 320] [--plain-limit 32] [--webgpu-limit 0]
 *
 * `limit` is for WebAssembly, `plain-limit` for plain JavaScript, which is far slower and does the retrieval alone: zero-shot
 * classification begins with a text for every class and template. So does WebGPU, whose driver may compute on the CPU (docs/engines.md
 * says how). A limit of 0 leaves a place out, and its rows in the table as they are.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openEngine, type TensorData, tensorData } from '../src/engines/index.js';
import { modelChoice } from '../src/experiment/model-entry.js';
import { createImagePool } from '../src/images/image-pool.js';
import type { SampleOutcome } from '../src/metrics/sample-outcome.js';
import { parseReduction } from '../src/reduction/registry.js';
import { openTrialModel, preprocessorOf } from '../src/runner/open-trial-model.js';
import { TaskOptions } from '../src/tasks/options.js';
import { prepareTask } from '../src/tasks/prepare.js';

const { values: options } = parseArgs({
  options: {
    limit: { type: 'string', default: '320' },
    'plain-limit': { type: 'string', default: '32' },
    'webgpu-limit': { type: 'string', default: '0' },
  },
});
const BATCH = 16;
const MODEL = './models/emoji-clip';
const page = new URL('../docs/engines.md', import.meta.url);
const [begin, end] = ['<!-- agreement: written by bench/engine-agreement.ts -->', '<!-- agreement: end -->'];

const classification = { task: 'classification', dataset: 'emoji-objects', zeroShot: true };
const retrieval = { task: 'retrieval', dataset: 'emoji-scenes' };
const reductions = [{ method: 'none' }, { method: 'turbo', tokensPerLayer: 40, alpha: 5 }];
const places = [
  { engine: 'tfjs', device: 'wasm', limit: Number(options.limit), tasks: [retrieval, classification] },
  { engine: 'tfjs', device: 'cpu', limit: Number(options['plain-limit']), tasks: [retrieval] },
  { engine: 'onnxruntime', device: 'webgpu', limit: Number(options['webgpu-limit']), tasks: [retrieval] },
].filter(({ limit }) => limit > 0);

const model = await openTrialModel(modelChoice(MODEL), 0);
const pool = createImagePool({ preprocessor: preprocessorOf(model) });
const { imageHeight, imageWidth, channels } = model.encoder;

interface Outcome {
  readonly outcomes: readonly SampleOutcome[];
  readonly embeddings: TensorData[];
}

/** A task on one engine, its texts encoded; answers what it says of its samples under a reduction. */
async function answererOn(
  { engine: name, device }: { readonly engine: string; readonly device: string },
  task: object,
  limit: number,
): Promise<(reduction: object) => Promise<Outcome>> {
  const engine = await openEngine(name);
  const session = { threads: 1, device };
  const prepared = await prepareTask(TaskOptions.parse(task), { model, engine, session, limit, seed: 0 });
  if (prepared.kind !== 'scored') throw new Error('the task is not scored');
  const { samples, outputs: wanted } = prepared;
  return async (reduction) => {
    const { graph } = model.buildVision({
      ...{ reduction: parseReduction(reduction), outputs: wanted },
      formulation: engine.formulation?.(device),
    });
    const encoder = await engine.createSession(graph, session);
    const scoring = prepared.start();
    const embeddings: TensorData[] = [];
    for (let first = 0; first < samples.length; first += BATCH) {
      const positions = samples.slice(first, first + BATCH).map((_, at) => first + at);
      const images = await Promise.all(positions.map((at) => pool.preprocess(samples[at]!.image)));
      const pixels = new Float32Array(images.length * images[0]!.length);
      images.forEach((image, at) => void pixels.set(image, at * image.length));
      const shape = [images.length, channels, imageHeight, imageWidth];
      const outputs = await encoder.run({ pixel_values: tensorData(pixels, shape) });
      scoring.add(positions, outputs);
      embeddings.push(outputs.image_embeds!);
    }
    await encoder.release();
    scoring.score();
    return { outcomes: scoring.outcomes!(), embeddings };
  };
}

function largestDifference(a: readonly TensorData[], b: readonly TensorData[]): number {
  let largest = 0;
  a.forEach(({ data }, batch) => {
    for (let at = 0; at < data.length; at++)
      largest = Math.max(largest, Math.abs(Number(data[at]) - Number(b[batch]!.data[at])));
  });
  return largest;
}

/** The class that was said, or the ranks that an image and its captions have for each other. */
function said({ predicted, rank, captionRanks }: SampleOutcome): string {
  return JSON.stringify(captionRanks === undefined ? predicted : [rank, captionRanks]);
}

/** What a row is about: engine, task and merging. */
const subjectOf = (row: string): string => row.split('|').slice(1, 4).join('|');

/** Puts the rows that are there into the page, among those of other places. */
function writeTable(measured: readonly string[]): void {
  const rows = [...earlierRows];
  for (const row of measured) {
    const at = rows.findIndex((other) => subjectOf(other) === subjectOf(row));
    if (at < 0) rows.push(row);
    else rows[at] = row;
  }
  const table = [
    '| engine | task | merging | same prediction | | largest difference of an embedding |',
    '|---|---|---|---:|---:|---:|',
    ...rows,
  ].join('\n');
  const text = readFileSync(page, 'utf8');
  const [before, behind] = [text.indexOf(begin) + begin.length, text.indexOf(end)];
  writeFileSync(page, `${text.slice(0, before)}\n\n${table}\n\n${text.slice(behind)}`);
}

const pageText = readFileSync(page, 'utf8');
const earlierRows = pageText
  .slice(pageText.indexOf(begin), pageText.indexOf(end))
  .split('\n')
  .filter((line) => line.startsWith('| tfjs ') || line.startsWith('| onnxruntime '));
const rows: string[] = [];
for (const { tasks, limit, ...place } of places)
  for (const task of tasks) {
    const onReference = await answererOn({ engine: 'onnxruntime', device: 'cpu' }, task, limit);
    const onOther = await answererOn(place, task, limit);
    for (const reduction of reductions) {
      const [reference, other] = [await onReference(reduction), await onOther(reduction)];
      const count = reference.outcomes.length;
      const same = reference.outcomes.filter((one, at) => said(one) === said(other.outcomes[at]!)).length;
      const merged = 'tokensPerLayer' in reduction ? `turbo, r = ${reduction.tokensPerLayer}` : 'none';
      const difference = largestDifference(reference.embeddings, other.embeddings);
      const cells = [
        ...[`${place.engine} ${place.device}`, `${task.task} on ${task.dataset}`, merged],
        ...[`${same} of ${count}`, `${((100 * same) / count).toFixed(1)} %`, difference.toExponential(1)],
      ];
      rows.push(`| ${cells.join(' | ')} |`);
      console.log(rows.at(-1));
      writeTable(rows);
    }
  }
await pool.close();
model.close();
