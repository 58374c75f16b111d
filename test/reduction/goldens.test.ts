import { describe, expect, it } from 'vitest';
import { imageTokensKept } from '../../src/reduction/cross-modal.js';
import type { Combine } from '../../src/reduction/information-degree.js';
import { clipToTokens } from '../../src/reduction/merging-plan.js';
import { alternating, grid } from '../../src/reduction/partition.js';
import { scheduleOf, type TokensPerLayer } from '../../src/reduction/tokens-per-layer.js';
import { type EngineUnderTest, goldenEngines } from '../engines/engines-under-test.js';
import { largestDifference } from '../run-graph.js';
import { type GoldenStep, readCases, readGoldens, runStep } from './golden-step.js';

interface StepCase {
  readonly name: string;
  readonly N: number;
  readonly classToken: boolean;
  readonly distillationToken?: boolean;
  readonly r: number;
  readonly effectiveR: number;
  readonly minTokens?: number;
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  readonly layer: number;
  readonly combine?: Combine;
  readonly tolerance: Readonly<Record<string, number>>;
}
interface GridCase extends Omit<StepCase, 'classToken' | 'alpha' | 'beta' | 'gamma' | 'layer' | 'r'> {
  readonly height: number;
  readonly width: number;
  readonly sy: number;
  readonly sx: number;
  readonly ratio: number;
  readonly destinationTokens: readonly number[];
}
interface ScheduleCase {
  readonly name: string;
  readonly layers: number;
  readonly tokensPerLayer: TokensPerLayer;
  readonly expected: readonly number[];
}
interface CountsCase {
  readonly name: string;
  readonly firstTokens: number;
  readonly layers: number;
  readonly drop: number;
  readonly maxDrop: number;
  readonly expected: readonly number[];
}

const cases = readCases<{
  mergeSteps: StepCase[];
  gridSteps: GridCase[];
  schedules: ScheduleCase[];
  crossModalCounts: CountsCase[];
}>('cases.json');
const combineCases = readCases<{ cases: StepCase[] }>('combine.json').cases;
const golden = readGoldens('reduction.safetensors');
const combineGolden = readGoldens('combine.safetensors');

function stepOf(step: StepCase, read: typeof golden): GoldenStep {
  return {
    x: read(`${step.name}/x`)!,
    metric: read(`${step.name}/keys`)!,
    size: read(`${step.name}/size`),
    attention: read(`${step.name}/attention`),
    processed: read(`${step.name}/processed`),
    partition: alternating(step.N),
    r: step.effectiveR,
    degree: {
      combine: step.combine ?? 'additive',
      alpha: step.alpha,
      layerFactor: step.beta ** Math.abs(step.gamma - step.layer),
    },
    classToken: step.classToken,
    distillationToken: step.distillationToken ?? false,
  };
}

async function expectStep(
  step: GoldenStep,
  { name, tolerance }: Pick<StepCase, 'name' | 'tolerance'>,
  read: typeof golden,
  under: EngineUnderTest,
): Promise<void> {
  const outputs = await runStep(step, 1, under);
  for (const output of ['merged', 'mergedSize', 'sourceToOutput', 'restored']) {
    const expected = read(`${name}/${output}`);
    if (expected === undefined) continue;
    expect(outputs[output]!.shape, output).toEqual(expected.shape);
    const difference = largestDifference(outputs[output]!.data, expected.data);
    expect(difference, `${output} of ${name}`).toBeLessThanOrEqual(tolerance[output] ?? 0);
  }
}

describe.each(goldenEngines)('a merge step on $engine, $device', (under) => {
  for (const step of cases.mergeSteps) {
    const protectedCount = Number(step.classToken) + Number(step.distillationToken ?? false);
    it(`clips r of ${step.name} as the reference does`, () => {
      expect(clipToTokens(step.r, step.N, protectedCount, step.minTokens)).toBe(step.effectiveR);
    });
    if (step.effectiveR > 0)
      it(`agrees with the reference on ${step.name}`, () =>
        expectStep(stepOf(step, golden), step, golden, under));
  }
  for (const step of combineCases)
    it(`agrees with the reference on combine: ${step.name}`, () =>
      expectStep(stepOf(step, combineGolden), step, combineGolden, under));
});

describe.each(goldenEngines)('a merge step on a grid on $engine, $device', (under) => {
  for (const step of cases.gridSteps) {
    const partition = grid(step.height, step.width, step.sy, step.sx);
    it(`finds the destinations of ${step.name}`, () => {
      expect(partition.destinations).toEqual(step.destinationTokens);
    });
    if (step.effectiveR > 0)
      it(`agrees with tomesd on ${step.name}`, () =>
        expectStep(
          {
            x: golden(`${step.name}/x`)!,
            metric: golden(`${step.name}/metric`)!,
            size: undefined,
            attention: undefined,
            processed: golden(`${step.name}/processed`),
            partition,
            r: step.effectiveR,
            degree: { combine: 'redundancy-only', alpha: 0, layerFactor: 1 },
            classToken: false,
            distillationToken: false,
          },
          step,
          golden,
          under,
        ));
  }
});

describe('schedules', () => {
  for (const { name, layers, tokensPerLayer, expected } of cases.schedules)
    it(`lays out ${name} as parse_r does`, () => {
      const schedule = scheduleOf(tokensPerLayer, layers);
      expect(Array.from({ length: layers }, (_, layer) => schedule(layer, 100))).toEqual(expected);
    });
  it('takes a share of the tokens that are still there', () => {
    const schedule = scheduleOf({ ratio: 0.1 }, 3);
    expect([schedule(0, 197), schedule(1, 178), schedule(2, 9)]).toEqual([19, 17, 0]);
  });
});

describe('cross-modal reduction', () => {
  for (const { name, firstTokens, layers, drop, maxDrop, expected } of cases.crossModalCounts)
    it(`keeps as many image tokens as the authors' code: ${name}`, () => {
      expect(imageTokensKept(firstTokens, layers, { drop, maxDrop })).toEqual(expected);
    });
});
