/**
 * A graph on TensorFlow.js: constants and weights are uploaded once, every run follows a plan made once.
 *
 * A run computes on the calling thread from beginning to end, so that no other session changes the backend meanwhile.
 */
import { type Tensor as HeldTensor, engine as tfjsState } from '@tensorflow/tfjs-core';
import { TurboError } from '../../errors/turbo-error.js';
import type { Graph, Source, Tensor } from '../../graph/index.js';
import type { Session, TensorData } from '../engine.js';
import { checkFeeds, checkOutputs } from '../feeds.js';
import { adaptGraph } from './adapt-graph.js';
import { type Backend, onBackend } from './backend.js';
import { execute, freeAll, type Values } from './execute.js';
import { constantSources, planRun, type Step, tensorsReadBy } from './run-plan.js';
import { tfjsError } from './tfjs-error.js';
import { download } from './transfer.js';

export async function tfjsSession(graph: Graph, backend: Backend): Promise<Session> {
  const network = adaptGraph(graph);
  const constant = constantSources(network);
  const held = await onBackend(backend, () => computeConstants(graph, network, constant));
  const heldSources = new Set(held.keys());
  const plans = new Map<string, readonly Step[]>();
  let isReleased = false;

  const planFor = (wanted: readonly string[]): readonly Step[] => {
    const key = wanted.join('\n');
    const tensors = wanted.map((name) => network.outputs[name]!);
    const plan = plans.get(key) ?? planRun(network, tensors, heldSources);
    plans.set(key, plan);
    return plan;
  };
  return {
    device: backend.device,
    async run(feeds, outputs) {
      if (isReleased) throw new TurboError(`the session of graph ${graph.name} is released`);
      const symbols = checkFeeds(graph, feeds);
      const wanted = checkOutputs(graph, outputs);
      const steps = planFor(wanted);
      return onBackend(backend, () => {
        const values = execute({
          ...{ steps, symbols, feeds, held },
          failed: (source, thrown) => tfjsError(graph, 'run', source, thrown),
        });
        const results = wanted.map((name): [string, TensorData] => {
          const { source, output, dtype } = network.outputs[name]!;
          return [name, download((held.get(source) ?? values.get(source))![output]!, dtype)];
        });
        freeAll(values);
        return Object.fromEntries(results);
      });
    },
    async release() {
      if (isReleased) return;
      isReleased = true;
      await onBackend(backend, () => freeAll(held));
    },
  };
}

/** The constants that a run reads, or that are outputs themselves; what only other constants read is freed again. */
function computeConstants(graph: Graph, network: Graph, constant: ReadonlySet<Source>): Values {
  const isConstant = ({ source }: Tensor) => constant.has(source);
  const outputs = Object.values(network.outputs);
  const varying = planRun(network, outputs, constant);
  const read = varying.flatMap(({ source }) => tensorsReadBy(source)).filter((tensor) => tensor !== null);
  const steps = planRun(network, [...read, ...outputs].filter(isConstant));
  return execute({
    ...{ steps, symbols: {}, feeds: {}, held: new Map<Source, HeldTensor[]>() },
    failed: (source, thrown) => tfjsError(graph, 'load', source, thrown),
  });
}

/** How many tensors TensorFlow.js holds, those of all sessions. */
export function heldTensorCount(): number {
  return tfjsState().memory().numTensors;
}
