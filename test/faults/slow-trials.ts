/** Trials that take a second each and no processor time, so that a fault can be placed in the middle of one. */

/** @param seconds that a trial is timed at least */
export function slowTrials(seconds: number, trials = 3): object {
  return {
    tasks: [{ task: 'throughput', images: 8 }],
    reduction: [{ method: 'pruning', tokensPerLayer: Array.from({ length: trials - 1 }, (_, at) => at + 1) }],
    measure: {
      ...{ batchSize: 4, minSeconds: seconds, maxSeconds: seconds, minRuns: 5, warmupSeconds: 0 },
      ...{ memory: false, energy: false, peak: false },
      validity: { maxRelativeMad: 1e6, maxDrift: 1e6, minClockSteps: 0, maxOtherLoad: 1 },
    },
    engine: { name: 'fake', threads: 1, sessionOptions: { latencyMs: 20 } },
    charts: 'none',
  };
}
