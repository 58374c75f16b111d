/**
 * Session options of ONNX Runtime, from those of an experiment.
 *
 * Keys with a dot are its configuration entries, listed at
 * https://github.com/microsoft/onnxruntime/blob/main/include/onnxruntime/core/session/onnxruntime_session_options_config_keys.h
 */
import type { InferenceSession } from 'onnxruntime-node';
import { z } from 'zod';
import { oneOf } from '../../errors/did-you-mean.js';
import { TurboError } from '../../errors/turbo-error.js';
import type { Precision } from '../../precision/precision.js';
import type { SessionOptions } from '../engine.js';
import { executionProvider } from './devices.js';

/** Options by their own name, beside the configuration entries. */
const NamedOptions = z.strictObject({
  enableCpuMemArena: z.boolean().optional(),
  enableMemPattern: z.boolean().optional(),
  executionMode: z.enum(['sequential', 'parallel']).optional(),
  interOpNumThreads: z.int().min(1).optional(),
  freeDimensionOverrides: z.record(z.string(), z.int().min(1)).optional(),
  optimizedModelFilePath: z.string().optional(),
  enableProfiling: z.boolean().optional(),
  profileFilePrefix: z.string().optional(),
  logSeverityLevel: z.literal([0, 1, 2, 3, 4]).optional(),
});
type NamedOptions = z.infer<typeof NamedOptions>;

const ConfigurationValue = z.union([z.string(), z.number(), z.boolean()]);
/** Errors are thrown; printing them too would say them twice. */
const FATAL_ONLY = 4;

/**
 * Threads that wait for work spin; told to stop at the end of a run, they leave the cores to the session that runs next. In a
 * trial, baseline and variant take turns in one process: without this each slows the other by the time its idle threads spin
 * (35 ms of 135 with ViT-B/16, 224 px, batch 1 on two cores), and a speed-up of 1.72 reads as 1.50.
 */
const CONSIDERATE = { 'session.force_spinning_stop': '1' };

/** @param entries configuration entries that the engine itself needs */
export function onnxruntimeOptions(
  options: SessionOptions,
  entries: Readonly<Record<string, string>>,
): InferenceSession.SessionOptions {
  if (!Number.isInteger(options.threads) || options.threads < 1)
    throw new TurboError('a session needs at least one thread', { value: options.threads });
  const { named, configuration } = splitExtra(options.extra ?? {});
  return {
    executionProviders: [executionProvider(options)],
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: options.graphOptimizationLevel ?? 'all',
    logSeverityLevel: FATAL_ONLY,
    ...named,
    extra: { ...CONSIDERATE, ...configuration, ...entries },
  };
}

/** The CPU has no kernels of float16 for the products: ONNX Runtime 1.30 puts casts around those of float32. */
export function precisionsOf(device: string): readonly Precision[] {
  // It may come to be the CPU or a GPU.
  if (device === 'auto') return ['float32', 'bfloat16-weights'];
  return device === 'cpu'
    ? ['float32', 'bfloat16-weights', 'int8-dynamic', 'int8-static', 'int8-weights', 'int4-weights']
    : ['float32', 'float16', 'bfloat16-weights'];
}

function splitExtra(extra: Readonly<Record<string, unknown>>): {
  named: NamedOptions;
  configuration: Record<string, string>;
} {
  const entries = Object.entries(extra);
  const configuration = entries
    .filter(([key]) => key.includes('.'))
    .map(([key, value]) => [key, configurationValue(key, value)]);
  const known = Object.keys(NamedOptions.shape);
  const rest = entries.filter(([key]) => !key.includes('.'));
  for (const [key] of rest)
    if (!known.includes(key))
      throw new TurboError('unknown session option of onnxruntime', {
        value: key,
        allowed: `a configuration entry such as session.disable_prepacking, or ${oneOf(key, known)}`,
      });
  const named = NamedOptions.safeParse(Object.fromEntries(rest));
  if (!named.success)
    throw new TurboError('a session option of onnxruntime has a wrong value', {
      value: Object.fromEntries(rest),
      allowed: z.prettifyError(named.error),
    });
  return { named: named.data, configuration: Object.fromEntries(configuration) };
}

/** ONNX Runtime wants text, and 1 or 0 for yes or no. */
function configurationValue(key: string, value: unknown): string {
  const parsed = ConfigurationValue.safeParse(value);
  if (!parsed.success)
    throw new TurboError(`the session option ${key} has a wrong value`, {
      value,
      allowed: 'text, a number, or true or false',
    });
  return typeof parsed.data === 'boolean' ? (parsed.data ? '1' : '0') : String(parsed.data);
}
