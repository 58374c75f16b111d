/**
 * An engine for tests: answers at once with numbers that depend on the inputs alone, and misbehaves on request.
 *
 * Row `i` of an output is a function of row `i` of the inputs and the output's name, so results do not depend on how
 * samples are batched. Misbehaviour is asked for through the session options, so that it also reaches worker processes.
 */
import { setTimeout as sleepMs } from 'node:timers/promises';
import { z } from 'zod';
import { TurboError } from '../../errors/turbo-error.js';
import { type Graph, resolveDimension } from '../../graph/index.js';
import { precisionNames } from '../../precision/precision.js';
import type { Engine, Session, SessionOptions, TensorData } from '../engine.js';
import { checkFeeds, checkOutputs } from '../feeds.js';
import { fakeOutput } from './fake-output.js';

/** What `SessionOptions.extra` may hold. Runs are counted from 0 in each session. */
export const FakeOptions = z.strictObject({
  /** Time that each run takes. */
  latencyMs: z.number().min(0).optional(),
  /** `createSession` throws. */
  failOnCreate: z.boolean().optional(),
  /** This run, and all after it, throw. */
  failAtRun: z.int().min(0).optional(),
  /** This run answers NaN in every float. */
  nanAtRun: z.int().min(0).optional(),
  /** The process ends in this run as if it had been killed. */
  exitAtRun: z.int().min(0).optional(),
  /** Device that the session claims to run on. */
  reportedDevice: z.string().optional(),
});
export type FakeOptions = z.infer<typeof FakeOptions>;

type Feeds = Readonly<Record<string, TensorData>>;

export interface FakeBehaviour {
  /** Answers in place of the numbers made up; outputs that it leaves out are made up still. */
  readonly answer?: (graph: Graph, feeds: Feeds, run: number) => Readonly<Record<string, TensorData>>;
  /** Waits; handed in so that tests need no time. */
  readonly sleep?: (milliseconds: number) => Promise<unknown>;
}

const KILLED = 137;

export function fakeEngine(behaviour: FakeBehaviour = {}): Engine {
  return {
    name: 'fake',
    version: '1',
    precisions: () => precisionNames,
    createSession: async (graph, options) => fakeSession(graph, parseOptions(options), behaviour),
  };
}

function parseOptions({ extra = {} }: SessionOptions): FakeOptions {
  const parsed = FakeOptions.safeParse(extra);
  if (parsed.success) return parsed.data;
  throw new TurboError('a session option of the fake engine is wrong', {
    value: extra,
    allowed: z.prettifyError(parsed.error),
  });
}

function fakeSession(graph: Graph, options: FakeOptions, behaviour: FakeBehaviour): Session {
  const { sleep = sleepMs, answer } = behaviour;
  if (options.failOnCreate) throw new TurboError(`the fake engine refuses to load graph ${graph.name}`);
  let runs = 0;
  let released = false;
  return {
    device: options.reportedDevice ?? 'cpu',
    async run(feeds, outputs) {
      const run = runs++;
      const symbols = checkFeeds(graph, feeds);
      const wanted = checkOutputs(graph, outputs);
      if (released) throw new TurboError(`the session of graph ${graph.name} is released`);
      if (options.latencyMs !== undefined) await sleep(options.latencyMs);
      if (run === options.exitAtRun) process.exit(KILLED);
      if (run >= (options.failAtRun ?? Number.POSITIVE_INFINITY))
        throw new TurboError(`the fake engine fails in run ${run} of graph ${graph.name}`);
      const answers = answer?.(graph, feeds, run) ?? {};
      const entries = wanted.map((name): [string, TensorData] => {
        const { dtype, shape } = graph.outputs[name]!;
        const sizes = shape.map((side) => resolveDimension(side, symbols));
        return [name, answers[name] ?? fakeOutput(name, dtype, sizes, feeds)];
      });
      return Object.fromEntries(run === options.nanAtRun ? entries.map(withNaN) : entries);
    },
    async release() {
      released = true;
    },
  };
}

function withNaN([name, value]: [string, TensorData]): [string, TensorData] {
  if (value.dtype !== 'float32') return [name, value];
  return [name, { ...value, data: new Float32Array(value.data.length).fill(Number.NaN) }];
}
