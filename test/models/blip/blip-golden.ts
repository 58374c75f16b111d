/** The BLIP goldens as tests need them: cases with their tensors, and images as the models take them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect } from 'vitest';
import { readTensors, type Tensor } from '../../../src/checkpoints/tensors.js';
import { type Engine, type TensorData, tensorData } from '../../../src/engines/index.js';
import type { Graph } from '../../../src/graph/index.js';
import type { Model } from '../../../src/models/model.js';
import { openModel } from '../../../src/models/open-model.js';
import type { CrossModal } from '../../../src/reduction/cross-modal.js';
import { parseReduction, type ReductionSpec } from '../../../src/reduction/registry.js';

export interface BlipCase {
  readonly name: string;
  readonly kind: string;
  /** The case whose image tokens the text side reads. */
  readonly vision?: string;
  readonly reduction?: Readonly<Record<string, unknown>> | null;
  readonly crossModal?: GoldenCrossModal | null;
  readonly outputs: Readonly<Record<string, string>>;
  readonly lead?: 'enc' | 'cls';
  readonly prompt?: readonly number[];
  readonly numBeams?: number;
  readonly maxLength?: number;
  readonly minLength?: number;
  readonly repetitionPenalty?: number;
  readonly k?: number;
}

interface GoldenCrossModal {
  readonly drop: number;
  readonly maxDrop: number;
  readonly mode: 'mass' | 'first';
  readonly policy?: 'one-call' | 'prefill' | 'per-step';
  readonly countPadding?: boolean;
}

export interface BlipGolden {
  readonly name: string;
  readonly model: Model;
  readonly cases: readonly BlipCase[];
  readonly ids: Readonly<Record<string, number>>;
  readonly inputs: ReadonlyMap<string, Tensor>;
  /** [n, 3, H, W], normalised as `preprocessor_config.json` says. */
  readonly pixels: TensorData;
  /** A golden tensor by name. */
  tensor(name: string): Tensor;
}

const mean = [0.48145466, 0.4578275, 0.40821073];
const deviation = [0.26862954, 0.26130258, 0.27577711];

export async function openGolden(name: string): Promise<BlipGolden> {
  const folder = path.resolve('test/fixtures/blip', name);
  const { cases, ids } = JSON.parse(readFileSync(path.join(folder, 'cases.json'), 'utf8'));
  const inputs = readTensors(path.join(folder, 'inputs.safetensors'));
  const goldens = readTensors(path.join(folder, 'goldens.safetensors'));
  return {
    name,
    model: await openModel(folder),
    cases,
    ids,
    inputs,
    pixels: normalised(inputs.get('images')!),
    tensor: (key) => goldens.get(key)!,
  };
}

/** All four, closed behind the tests of the file that asks. */
export async function openGoldens() {
  const goldens = {
    caption: await openGolden('caption'),
    vqa: await openGolden('vqa'),
    retrieval: await openGolden('retrieval'),
    nlvr: await openGolden('nlvr'),
  };
  afterAll(() => {
    for (const { model } of Object.values(goldens)) model.close();
  });
  return goldens;
}

function normalised({ shape, data }: Tensor): TensorData {
  const [count, height, width] = shape as [number, number, number];
  const plane = height * width;
  const pixels = new Float32Array(count * 3 * plane);
  for (let at = 0; at < count * plane; at++)
    for (let channel = 0; channel < 3; channel++) {
      const value = (Number(data[3 * at + channel]) / 255 - mean[channel]!) / deviation[channel]!;
      pixels[(Math.floor(at / plane) * 3 + channel) * plane + (at % plane)] = value;
    }
  return tensorData(pixels, [count, 3, height, width]);
}

export function reductionOf({ reduction }: Pick<BlipCase, 'reduction'>): ReductionSpec {
  return reduction ? parseReduction({ method: 'turbo', ...reduction }) : { method: 'none' };
}

/** The goldens' words for a cross-modal reduction in ours. */
export function crossModalOf({ crossModal }: Pick<BlipCase, 'crossModal'>): CrossModal | null {
  if (!crossModal) return null;
  const { drop, maxDrop, mode, policy, countPadding = true } = crossModal;
  return {
    drop,
    maxDrop,
    countPadding,
    score: mode === 'mass' ? 'all-queries' : 'class-query',
    choose: policy === 'per-step' ? 'every-step' : 'prompt',
  };
}

type Feeds = Readonly<Record<string, TensorData>>;
type Outputs = Readonly<Record<string, TensorData>>;

export async function runGraph(engine: Engine, graph: Graph, feeds: Feeds): Promise<Outputs> {
  return (await runEach(engine, graph, [feeds]))[0]!;
}

/** In one session, since that takes longer to open than to run. */
export async function runEach(engine: Engine, graph: Graph, all: readonly Feeds[]): Promise<Outputs[]> {
  const session = await engine.createSession(graph, { threads: 1 });
  const found: Outputs[] = [];
  try {
    for (const feeds of all) found.push(await session.run(feeds));
    return found;
  } finally {
    await session.release();
  }
}

/** What was computed on an engine, since many cases read the same image tokens or states. */
const computed = new WeakMap<Engine, Map<string, Promise<Outputs>>>();

/** Computes what has this key on this engine, unless that was done before. */
export function once(engine: Engine, key: unknown, compute: () => Promise<Outputs>): Promise<Outputs> {
  const known = computed.get(engine) ?? new Map<string, Promise<Outputs>>();
  computed.set(engine, known);
  const text = JSON.stringify(key);
  const found = known.get(text) ?? compute();
  known.set(text, found);
  return found;
}

/** What the vision tower gives under a reduction: `last_hidden_state` [n, N', C] and `token_sizes`. */
export function imageTower(
  golden: BlipGolden,
  engine: Engine,
  item: Pick<BlipCase, 'reduction'>,
): Promise<Outputs> {
  return once(engine, [golden.name, item.reduction ?? null], () => {
    const outputs = ['last_hidden_state', 'token_sizes'];
    const { graph } = golden.model.buildVision({ reduction: reductionOf(item), outputs });
    return runGraph(engine, graph, { pixel_values: golden.pixels });
  });
}

/** Image tokens after the vision tower under a case's reduction, [n, N', C]. */
export async function imageTokens(golden: BlipGolden, engine: Engine, name: string): Promise<TensorData> {
  const found = golden.cases.find((candidate) => candidate.name === name)!;
  return (await imageTower(golden, engine, found)).last_hidden_state!;
}

/** The states of a case's questions after what it reads of the images, [n, L', C]. */
export async function questionStates(
  golden: BlipGolden,
  engine: Engine,
  item: BlipCase,
): Promise<TensorData> {
  const { name, model, inputs } = golden;
  const found = await once(engine, [name, item.vision, item.lead, item.crossModal ?? null], async () => {
    const ids = led(golden, 'questionIds', item.lead);
    const image = await imageTokens(golden, engine, item.vision!);
    const graph = model.buildPart('question', {
      sequenceLength: ids.shape[1]!,
      imageTokens: image.shape[1]!,
      crossModal: crossModalOf(item),
    });
    return runGraph(engine, graph, {
      input_ids: ids,
      attention_mask: int64(inputs.get('questionMask')!),
      encoder_hidden_states: image,
    });
  });
  return found.question_embeds!;
}

/** Token ids whose first is `[ENC]` where the case says so. */
export function led(golden: BlipGolden, name: string, lead: BlipCase['lead']): TensorData {
  const ids = int64(golden.inputs.get(name)!);
  if (lead !== 'enc') return ids;
  const data = BigInt64Array.from(ids.data as BigInt64Array);
  for (let row = 0; row < ids.shape[0]!; row++) data[row * ids.shape[1]!] = BigInt(golden.ids.enc!);
  return tensorData(data, ids.shape);
}

/** int64 ids from the goldens' int32. */
export function int64(
  tensor: Tensor | { shape: readonly number[]; data: ArrayLike<number | bigint> },
): TensorData {
  const { shape, data } = tensor;
  return tensorData(
    BigInt64Array.from({ length: data.length }, (_, at) => BigInt(data[at]!)),
    [...shape],
  );
}

/** Within the goldens' tolerance: 2·10⁻⁴ absolute plus 10⁻³ of the value. */
export function expectClose(name: string, actual: TensorData, golden: Tensor): void {
  expect(actual.shape, `shape of ${name}`).toEqual(golden.shape);
  let worst = 0;
  for (let at = 0; at < golden.data.length; at++) {
    const wanted = Number(golden.data[at]);
    const excess = Math.abs(Number(actual.data[at]) - wanted) - 1e-3 * Math.abs(wanted);
    if (!(excess <= worst)) worst = excess;
  }
  expect(worst, `largest difference of ${name}`).toBeLessThanOrEqual(2e-4);
}
