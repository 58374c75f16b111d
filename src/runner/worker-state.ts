/** What a worker process keeps between the jobs of one model, whatever the model is, and which job is done how. */
import { openEncoderState } from './encoder-state.js';
import { openTrialPipeline } from './open-trial-model.js';
import { openPipelineState } from './pipeline-state.js';
import type {
  AuditJob,
  AuditReport,
  FitJob,
  FitReport,
  JobReport,
  MemoryJob,
  MemoryReport,
  ModelJob,
  TrialJob,
  TrialReport,
  WorkerSetup,
} from './worker-messages.js';

export type OnProgress = (done: number, total: number) => void;

export interface WorkerState {
  runTrial(job: TrialJob, onProgress: OnProgress): Promise<TrialReport>;
  runAudit(job: AuditJob, onProgress: OnProgress): Promise<AuditReport>;
  runMemory(job: MemoryJob): Promise<MemoryReport>;
  runFit(job: FitJob): Promise<FitReport>;
  close(): Promise<void>;
}

/** @param onWork told whenever a piece of work is done, so that a long job can be told from one that hangs */
export async function openWorkerState(setup: WorkerSetup, onWork: () => void): Promise<WorkerState> {
  const pipeline = await openTrialPipeline(setup.model, setup.seed, {
    isExpected: setup.makesPictures,
  });
  return pipeline === undefined
    ? openEncoderState(setup, onWork)
    : openPipelineState(setup, pipeline, onWork);
}

export function runJob(state: WorkerState, job: ModelJob, onProgress: OnProgress): Promise<JobReport> {
  switch (job.kind) {
    case 'trial':
      return state.runTrial(job, onProgress);
    case 'audit':
      return state.runAudit(job, onProgress);
    case 'memory':
      return state.runMemory(job);
    case 'fit':
      return state.runFit(job);
  }
}
