/** A golden merge step as a graph: the published inputs in, everything the step decides out. */
import { readFileSync } from 'node:fs';
import { readTensors, type Tensor as StoredTensor } from '../../src/checkpoints/tensors.js';
import type { TensorData } from '../../src/engines/engine.js';
import * as g from '../../src/graph/index.js';
import type { Tensor } from '../../src/graph/tensor.js';
import { matchByInformation } from '../../src/reduction/bipartite-merging.js';
import type { InformationDegreeOptions } from '../../src/reduction/information-degree.js';
import { mergeTokens } from '../../src/reduction/merge.js';
import type { Partition } from '../../src/reduction/partition.js';
import { keyMetric, unitRows } from '../../src/reduction/redundancy.js';
import { restoreTokens, sourceToOutput } from '../../src/reduction/restore.js';
import type { EngineUnderTest } from '../engines/engines-under-test.js';
import { runGraph } from '../run-graph.js';

const folder = new URL('../fixtures/reduction/', import.meta.url);

export function readCases<Cases>(file: string): Cases {
  return JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Cases;
}

/** Tensors of one golden file, as an engine takes them. */
export function readGoldens(file: string): (name: string) => TensorData | undefined {
  const tensors = readTensors(new URL(file, folder).pathname);
  return (name) => tensors.get(name) as (StoredTensor & TensorData) | undefined;
}

export interface GoldenStep {
  readonly x: TensorData;
  /** [B, h, N, d] keys, or [B, N, d] when compared directly. */
  readonly metric: TensorData;
  readonly size: TensorData | undefined;
  readonly attention: TensorData | undefined;
  readonly processed: TensorData | undefined;
  readonly partition: Partition;
  readonly r: number;
  readonly degree: InformationDegreeOptions;
  readonly classToken: boolean;
  readonly distillationToken: boolean;
}

/** Runs the step; `restored` is there when `processed` is. */
export async function runStep(
  step: GoldenStep,
  threads = 1,
  under?: EngineUnderTest,
): Promise<Record<string, TensorData>> {
  const feeds: Record<string, TensorData> = {};
  const inputs: Tensor[] = [];
  const feed = (name: string, data: TensorData): Tensor => {
    feeds[name] = data;
    const tensor = g.input(name, data.dtype, [g.BATCH, ...data.shape.slice(1)]);
    inputs.push(tensor);
    return tensor;
  };
  const hidden = feed('x', step.x);
  const unit = unitRows(metricOf(feed('metric', step.metric)));
  const size = step.size === undefined ? null : feed('size', step.size);
  const usesAttention = step.attention !== undefined && needsAttention(step.degree);
  const semantic = usesAttention ? feed('attention', step.attention!) : null;
  const { matching, scores } = matchByInformation(unit, semantic, step.degree, step);
  const merged = mergeTokens(matching, hidden, size);
  const toOutput = sourceToOutput(matching);
  const outputs: Record<string, Tensor> = {
    merged: merged.hidden,
    mergedSize: merged.sizes,
    sourceToOutput: toOutput,
    score: scores.score,
  };
  if (step.processed !== undefined)
    outputs.restored = restoreTokens(feed('processed', step.processed), toOutput);
  return runGraph(inputs, outputs, feeds, threads, under);
}

function needsAttention({ combine, alpha }: InformationDegreeOptions): boolean {
  return combine !== 'redundancy-only' && (alpha !== 0 || combine !== 'additive');
}

function metricOf(metric: Tensor): Tensor {
  if (metric.shape.length === 3) return metric;
  const [batch, heads, tokens, width] = metric.shape as [g.Dimension, number, number, number];
  const sideBySide = g.reshape(g.transpose(metric, [0, 2, 1, 3]), [batch, tokens, heads * width]);
  return keyMetric(sideBySide, heads);
}
