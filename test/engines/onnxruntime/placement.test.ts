import { describe, expect, it } from 'vitest';
import type { Engine, Placement } from '../../../src/engines/index.js';
import { placementOf } from '../../../src/engines/onnxruntime/placement.js';
import { countsText, deviceText, watchPlacements } from '../../../src/engines/placement.js';
import { graph, input } from '../../../src/graph/index.js';

/** An event as ONNX Runtime 1.30 writes it for one node of one run. */
const node = (operator: string, provider: string, inputs: string[], outputs: string[]) => ({
  cat: 'Node',
  name: `${operator}_kernel_time`,
  args: {
    op_name: operator,
    provider,
    input_type_shape: inputs.map((type) => ({ [type]: [2, 3] })),
    output_type_shape: outputs.map((type) => ({ [type]: [2, 3] })),
  },
});
const [GPU, CPU] = ['WebGpuExecutionProvider', 'CPUExecutionProvider'];
const profile = (...events: object[]) => JSON.stringify([{ cat: 'Session', name: 'model_run' }, ...events]);

describe('the placement that a profile tells', () => {
  it('counts operators by device, and knows what computes', () => {
    const placement = placementOf(
      profile(
        node('MatMul', GPU!, ['float', 'float'], ['float']),
        node('MatMul', GPU!, ['float', 'float'], ['float']),
        node('ArgMax', CPU!, ['float'], ['int64']),
        node('Shape', CPU!, ['float'], ['int64']),
        node('Add', CPU!, ['int64', 'int64'], ['int64']),
        node('Less', CPU!, ['int64', 'int64'], ['bool']),
      ),
    );
    expect(placement.operators).toEqual({
      webgpu: { MatMul: 2 },
      cpu: { ArgMax: 1, Shape: 1, Add: 1, Less: 1 },
    });
    expect(placement.computeOnCpu).toEqual({ ArgMax: 1 });
  });

  it('keeps the name of a provider that it does not know', () => {
    const { operators } = placementOf(
      profile(node('Gemm', 'XnnpackExecutionProvider', ['float'], ['float'])),
    );
    expect(operators).toEqual({ XnnpackExecutionProvider: { Gemm: 1 } });
  });
});

describe('the device of a session', () => {
  it('is the one asked for where only bookkeeping ran elsewhere', () => {
    expect(
      deviceText('webgpu', { operators: { webgpu: { Gemm: 1 }, cpu: { Add: 9 } }, computeOnCpu: {} }),
    ).toBe('webgpu');
  });

  it('names the operators that were left to the CPU', () => {
    const computeOnCpu = { TopK: 4, Resize: 1 };
    expect(
      deviceText('webgpu', { operators: { webgpu: { Gemm: 1 }, cpu: computeOnCpu }, computeOnCpu }),
    ).toBe('webgpu and cpu (TopK ×4, Resize)');
    expect(deviceText('cuda', { operators: { cpu: computeOnCpu }, computeOnCpu })).toBe(
      'cpu (TopK ×4, Resize)',
    );
    expect(countsText({})).toBe('');
  });

  it('is seen over all sessions of an engine that are open', async () => {
    const placements: Placement[] = [
      { operators: { webgpu: { Gemm: 2 } }, computeOnCpu: {} },
      { operators: { webgpu: { Gemm: 1 }, cpu: { TopK: 1 } }, computeOnCpu: { TopK: 1 } },
    ];
    let made = 0;
    const plain: Engine = {
      ...{ name: 'plain', version: '1' },
      async createSession() {
        const placement = placements[made++]!;
        return {
          device: 'webgpu',
          placement: () => placement,
          run: async () => ({}),
          release: async () => {},
        };
      },
    };
    const { engine, seen } = watchPlacements(plain);
    expect(seen()).toBeUndefined();
    const x = input('x', 'float32', [1]);
    const one = await engine.createSession(graph('one', [x], { x }), { threads: 1 });
    const other = await engine.createSession(graph('two', [x], { x }), { threads: 1 });
    expect(seen()).toEqual({
      operators: { webgpu: { Gemm: 3 }, cpu: { TopK: 1 } },
      computeOnCpu: { TopK: 1 },
    });
    await other.release();
    expect(seen()).toEqual({ operators: { webgpu: { Gemm: 2 } }, computeOnCpu: {} });
    await one.release();
  });
});
