/** A method for diffusion networks: a name, its parameters, and the merging that they stand for. */
import type { z } from 'zod';
import type { DiffusionMergingOptions } from './diffusion-merging.js';
import type { RatioSchedule } from './ratio-schedule.js';

/** All that a denoising run must know of a reduction; the share of tokens depends on the step. */
export interface DiffusionMerging extends Omit<DiffusionMergingOptions, 'ratio'>, RatioSchedule {
  /** Steps from one estimate of the semantic value to the next, for `previous-step`. */
  readonly refresh: number;
}

export interface DiffusionMethod<Spec extends { readonly method: string } = { readonly method: string }> {
  readonly name: Spec['method'];
  readonly network: 'diffusion';
  /** One line for `turbo-bench list methods`. */
  readonly summary: string;
  readonly schema: z.ZodType<Spec>;
  merging(spec: Spec): DiffusionMerging;
}

/** Ties the type of a method's parameters to its schema. */
export function defineDiffusionMethod<
  Schema extends z.ZodObject & z.ZodType<{ readonly method: string; readonly ratio: unknown }>,
>(method: Omit<DiffusionMethod<z.infer<Schema>>, 'schema' | 'network'> & { readonly schema: Schema }) {
  return { ...method, network: 'diffusion' } as const;
}
