/** What the run and its worker processes say to each other. All of it is plain data that survives being sent. */
import type { Placement } from '../engines/index.js';
import type { ReductionChoice } from '../experiment/expand.js';
import type { EngineOptions, TrialMeasure } from '../experiment/measure-options.js';
import type { ModelChoice } from '../experiment/model-entry.js';
import type { AuditFindings } from '../measure/audit.js';
import type { EnergyPerImage } from '../measure/energy/energy-pass.js';
import type { EnergySources } from '../measure/energy/energy-sources.js';
import type { MemoryFigures } from '../measure/memory.js';
import type { Precision } from '../precision/precision.js';
import type { Picture, ShownExample } from '../report/shown-example.js';
import type { ShownPicture } from '../report/shown-picture.js';
import type { TaskOptions } from '../tasks/options.js';
import type { MachinePeak } from './peak-probe.js';
import type { PictureTiming } from './run-pictures.js';
import type { TrialObservation } from './run-trial.js';

/** The engine's options with the number of threads decided; precision is a matter of each job. */
export type ResolvedEngine = Omit<EngineOptions, 'threads' | 'precision' | 'calibrationSamples'> & {
  readonly threads: number;
  readonly calibrationSamples?: number;
};

/** What one worker process is for, said once. */
export interface WorkerSetup {
  readonly model: ModelChoice;
  readonly engine: ResolvedEngine;
  readonly measure: TrialMeasure;
  readonly seed: number;
  readonly limit: number | null;
  /** Whether it is for tasks that make pictures, which a hub id does not tell. */
  readonly makesPictures: boolean;
  /** Bytes of preprocessed images that are kept between trials. */
  readonly pixelCacheBytes: number;
  /** Meters that can be read; left out for none. */
  readonly energy?: EnergySources | undefined;
  /** Memory beyond which the process ends itself; left out for no such bound. */
  readonly memoryLimitBytes?: number;
}

/** Where the pictures of a trial lie, and whose they are. */
export interface PictureJob {
  readonly folder: string;
  readonly fingerprint: string;
}
/** Time and score one variant. */
export interface TrialJob {
  readonly kind: 'trial';
  readonly task: TaskOptions;
  readonly reduction: ReductionChoice;
  /** Default float32. */
  readonly precision?: Precision;
  /** Of a task that makes pictures: for those of the variant, and for those of its baseline; and whether times that lie there belong to an earlier result. */
  readonly pictures?: {
    readonly own: PictureJob;
    readonly baseline: PictureJob;
    readonly timesAnew: boolean;
  };
}
/** Load one variant, run it a few times and tell the peak memory of the process, which must be a fresh one. */
export interface MemoryJob {
  readonly kind: 'memory';
  readonly outputs: readonly string[];
  readonly reduction: ReductionChoice;
  /** Default float32. */
  readonly precision?: Precision;
  /** Where it does something behind the image encoder that belongs to the peak. */
  readonly task: TaskOptions | null;
}
/** Run one batch of a task through two sessions of the unreduced model, which takes as much memory as a trial takes at most; in a fresh process. */
export interface FitJob {
  readonly kind: 'fit';
  readonly task: TaskOptions;
}
/** Tell how fast the engine is at its best. */
export interface PeakJob {
  readonly kind: 'peak';
}
/** Run one variant timed, untimed and with every input twice. */
export interface AuditJob {
  readonly kind: 'audit';
  readonly task: TaskOptions;
  readonly reduction: ReductionChoice;
  /** Default float32. */
  readonly precision?: Precision;
}
/** What is asked of an opened model. */
export type ModelJob = TrialJob | MemoryJob | FitJob | AuditJob;
export type Job = ModelJob | PeakJob;

export interface TrialReport {
  readonly kind: 'trial';
  readonly observation: TrialObservation;
  /** What the variant said about a few samples, and the pictures of these. */
  readonly examples: readonly ShownExample[];
  readonly pictures: readonly Picture[];
  /** Of a task that makes pictures: some of them, and how long their parts took. */
  readonly shown?: readonly ShownPicture[];
  readonly pictureTiming?: PictureTiming & {
    /** Of the network, for one picture. */
    readonly calls: number;
  };
  readonly endToEndImagesPerSecond: number | null;
  /** Null or left out where nothing could be read. */
  readonly energy?: EnergyPerImage | null;
  /** Sum that token sizes must have; null where that does not apply. */
  readonly tokenMass: number | null;
  readonly metricsNote: string;
  /** Outputs of the image encoder that the task read. */
  readonly outputs: readonly string[];
  /** Where the engine really ran. */
  readonly device: string;
  /** Where the operators of all its sessions ran, baseline and text side included; undefined where all run in one place. */
  readonly placement?: Placement | undefined;
  readonly clockStepMs: number;
  /** Of the clock while the trial was timed: its largest step backwards. */
  readonly clockBackMs?: number;
  /** Share of the engine's cores that other processes kept busy meanwhile; undefined where it is not known. */
  readonly otherLoad?: number | undefined;
  /** Memory that the worker holds now. */
  readonly rssBytes: number;
}
export interface MemoryReport extends MemoryFigures {
  readonly kind: 'memory';
  /** On all GPUs together; null where the engine runs on none or the driver does not tell. */
  readonly gpuMemoryBytes: number | null;
}
export interface PeakReport {
  readonly kind: 'peak';
  readonly peak: MachinePeak;
}
export interface AuditReport {
  readonly kind: 'audit';
  /** Null for a task that times nothing. */
  readonly findings: AuditFindings | null;
}
/** It fitted. */
export interface FitReport {
  readonly kind: 'fit';
}
export type JobReport = TrialReport | MemoryReport | FitReport | PeakReport | AuditReport;

/** An error on its way to another process. `parts` are those of a `TurboError`; without them it is a defect. */
export interface SentError {
  readonly what: string;
  readonly parts?: Readonly<Record<string, unknown>>;
  readonly stack?: string;
}

export type ToWorker =
  | { readonly type: 'setup'; readonly setup: WorkerSetup }
  | { readonly type: 'job'; readonly job: Job };
export type FromWorker =
  /** Once when it has started, and now and then while it gets on with something that has no count. */
  | { readonly type: 'alive' }
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  | { readonly type: 'report'; readonly report: JobReport }
  | { readonly type: 'error'; readonly error: SentError };
