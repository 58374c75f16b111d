/**
 * Reading `config.json` of a Hugging Face folder, and the fields that several families share.
 *
 * Fields and defaults: `configuration_*.py` of transformers 5.23; a config leaves out what equals the default.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { parseStrictJson } from '../checkpoints/strict-json.js';
import { systemCode, TurboError } from '../errors/turbo-error.js';

const configDepth = 32;
const longestConfigBytes = 10_000_000;

/** `224` or `[height, width]`. */
export const ImageSide = z
  .union([z.int().min(1), z.tuple([z.int().min(1), z.int().min(1)])])
  .transform((side) =>
    typeof side === 'number' ? { height: side, width: side } : { height: side[0], width: side[1] },
  );
export type ImageSide = z.output<typeof ImageSide>;

/** Activations of an MLP, by the names of transformers' `ACT2FN`. */
export const Activation = z.enum([
  'gelu',
  'gelu_new',
  'gelu_pytorch_tanh',
  'quick_gelu',
  'relu',
  'silu',
  'swish',
]);
export type Activation = z.infer<typeof Activation>;

/** Class names of a supervised head; without them transformers assumes two labels. */
export const labelFields = {
  id2label: z.record(z.string().regex(/^\d+$/), z.string()).optional(),
  num_labels: z.int().min(0).optional(),
};
interface LabelFields {
  readonly id2label?: Readonly<Record<string, string>> | undefined;
  readonly num_labels?: number | undefined;
}

/** Class names in the order of the logits, or null when the config does not name them. */
export function labelsOf({ id2label }: LabelFields): string[] | null {
  if (id2label === undefined) return null;
  return Object.keys(id2label)
    .sort((a, b) => Number(a) - Number(b))
    .map((id) => id2label[id]!);
}

export function labelCount(config: LabelFields): number {
  return labelsOf(config)?.length ?? config.num_labels ?? 2;
}

/** The part of a config that says which family reads the rest. */
export interface ConfigFile {
  /** The file it was read from, or what it was made of. */
  readonly where: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Reads `config.json` of a model folder. */
export function readConfig(folder: string): ConfigFile {
  const where = path.join(folder, 'config.json');
  if (!existsSync(where)) {
    const index = path.join(folder, 'model_index.json');
    if (existsSync(index)) throw diffusersNetwork(readConfigFile(index));
    const isThere = existsSync(folder);
    throw new TurboError(isThere ? 'The folder holds no config.json.' : 'There is no model at this path.', {
      where: path.resolve(folder),
      allowed: 'a folder in the layout of Hugging Face, a hub id, or random:<preset>',
      next: 'turbo-bench list models',
    });
  }
  return readConfigFile(where);
}

/** What diffusers made, where a network of transformers is wanted. */
export function diffusersNetwork({ where, fields }: ConfigFile): TurboError {
  return new TurboError('This is a diffusion model, and not an encoder of images or texts.', {
    where,
    value: fields._class_name ?? null,
    allowed: 'a model of transformers, with model_type in its config.json',
    next: 'turbo-bench inspect and predict take diffusion models',
  });
}

/** Reads a JSON file with the fields of a config, whatever its name. */
export function readConfigFile(where: string): ConfigFile {
  const fields = parseStrictJson(configText(where), configDepth, where);
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw new TurboError('A config must be a JSON object.', { where });
  }
  return { where, fields: fields as Record<string, unknown> };
}

function configText(where: string): string {
  try {
    const { size } = statSync(where);
    if (size <= longestConfigBytes) return readFileSync(where, 'utf8');
    throw new TurboError(`The config has ${size} bytes; at most ${longestConfigBytes} are read.`, { where });
  } catch (cause) {
    const code = systemCode(cause);
    if (code === undefined) throw cause;
    throw new TurboError(`The config cannot be read (${code}).`, { where, allowed: 'a JSON file', cause });
  }
}

/** Checks the fields of a config; all that is wrong is told at once, by path. */
export function parseConfig<Schema extends z.ZodType>(schema: Schema, config: ConfigFile): z.output<Schema> {
  const parsed = schema.safeParse(config.fields);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(
    ({ path: fieldPath, message }) => `${fieldPath.join('.') || '(the whole file)'}: ${message}`,
  );
  throw new TurboError(
    `The model's config is not one that turbo-bench can build:\n    ${lines.join('\n    ')}`,
    {
      where: config.where,
      next: 'compare it with the original config.json of the model',
    },
  );
}

/** Tokens of an image, before class and distillation token. */
export function patchGrid(image: ImageSide, patch: ImageSide): { rows: number; columns: number } {
  return { rows: Math.floor(image.height / patch.height), columns: Math.floor(image.width / patch.width) };
}
