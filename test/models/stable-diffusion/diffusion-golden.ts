/** The goldens of the tiny Stable Diffusion pipelines as tests need them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { readTensors, type Tensor } from '../../../src/checkpoints/tensors.js';
import { type TensorData, tensorData } from '../../../src/engines/index.js';

export interface Tolerance {
  readonly atol: number;
  readonly rtol: number;
}

export interface DiffusionCase {
  readonly name: string;
  readonly kind: string;
  readonly tolerance: Tolerance;
}

export interface DiffusionGolden {
  readonly folder: string;
  readonly endToken: number;
  readonly cases: readonly DiffusionCase[];
  /** A case by name. */
  find(name: string): DiffusionCase;
  /** An input by name. */
  input(name: string): TensorData;
  /** An expected output by name. */
  tensor(name: string): Tensor;
}

export function openGolden(name: 'sd1' | 'sd2'): DiffusionGolden {
  const folder = path.resolve('test/fixtures/diffusion', name);
  const { cases, endToken } = JSON.parse(readFileSync(path.join(folder, 'cases.json'), 'utf8')) as {
    cases: readonly DiffusionCase[];
    endToken: number;
  };
  const inputs = readTensors(path.join(folder, 'inputs.safetensors'));
  const goldens = readTensors(path.join(folder, 'goldens.safetensors'));
  return {
    folder,
    endToken,
    cases,
    find: (wanted) => cases.find((candidate) => candidate.name === wanted)!,
    input: (wanted) => inputs.get(wanted) as TensorData,
    tensor: (wanted) => goldens.get(wanted)!,
  };
}

/** int64 from the goldens' int32. */
export function int64({ shape, data }: TensorData): TensorData {
  return tensorData(
    BigInt64Array.from(data as Int32Array, (value) => BigInt(value)),
    shape,
  );
}

/** Within the tolerance of a case. */
export function expectClose(
  name: string,
  actual: TensorData | undefined,
  golden: Tensor,
  { atol, rtol }: Tolerance,
): void {
  expect(actual?.shape, `shape of ${name}`).toEqual(golden.shape);
  let worst = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < golden.data.length; at++) {
    const wanted = Number(golden.data[at]);
    const excess = Math.abs(Number(actual!.data[at]) - wanted) - rtol * Math.abs(wanted);
    worst = Number.isNaN(excess) ? Number.POSITIVE_INFINITY : Math.max(worst, excess);
  }
  expect(worst, `largest difference of ${name}`).toBeLessThanOrEqual(atol);
}
