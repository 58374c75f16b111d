/**
 * What a checkpoint's `preprocessor_config.json` asks for, with the defaults of the class that it names.
 *
 * Source: transformers 4.53, `models/{clip,vit,deit,siglip,bit,blip}/image_processing_*.py`, `image_utils.get_size_dict`.
 */
import { z } from 'zod';
import { nearestName } from '../errors/did-you-mean.js';
import { TurboError } from '../errors/turbo-error.js';
import type { ResampleFilter } from './resample-weights.js';

const Pixels = z.int().min(1).max(16384);
const Channels = z.tuple([z.number(), z.number(), z.number()]);
const Rectangle = z.object({ height: Pixels, width: Pixels });
const Resize = z.union([z.object({ shortest_edge: Pixels }), Rectangle]);

/** Keys that older and newer files carry beside these do not change the pixels and are not read. */
const PreprocessorConfig = z.object({
  image_processor_type: z.string().optional(),
  feature_extractor_type: z.string().optional(),
  do_resize: z.boolean().optional(),
  size: z.union([Pixels, Resize]).optional(),
  resample: z.int().optional(),
  do_center_crop: z.boolean().optional(),
  crop_size: z.union([Pixels, Rectangle]).optional(),
  do_rescale: z.boolean().optional(),
  rescale_factor: z.number().positive().optional(),
  do_normalize: z.boolean().optional(),
  image_mean: Channels.optional(),
  image_std: Channels.optional(),
});

/** Steps from decoded RGB bytes to a model's `pixel_values`, in this order; an absent step is not done. */
export interface Preprocessor {
  readonly resize?: {
    readonly size: { readonly shortestEdge: number } | { readonly width: number; readonly height: number };
    readonly filter: ResampleFilter;
  };
  readonly centerCrop?: { readonly width: number; readonly height: number };
  readonly rescaleFactor?: number;
  readonly normalize?: { readonly mean: readonly number[]; readonly std: readonly number[] };
}

const OPENAI_CLIP = {
  image_mean: [0.48145466, 0.4578275, 0.40821073],
  image_std: [0.26862954, 0.26130258, 0.27577711],
} as const;
const HALF = { image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] } as const;
const BILINEAR = 2;
const BICUBIC = 3;
const square = (side: number) => ({ height: side, width: side });

/** A bare number as `size` is the side of a square for some classes and the shortest edge for the others. */
const CLASSES = {
  CLIP: { size: { shortest_edge: 224 }, numberIs: 'edge', crop: 224, resample: BICUBIC, ...OPENAI_CLIP },
  Bit: { size: { shortest_edge: 224 }, numberIs: 'edge', crop: 224, resample: BICUBIC, ...OPENAI_CLIP },
  ViT: { size: square(224), numberIs: 'side', crop: undefined, resample: BILINEAR, ...HALF },
  DeiT: { size: square(256), numberIs: 'side', crop: 224, resample: BICUBIC, ...HALF },
  Siglip: { size: square(224), numberIs: 'side', crop: undefined, resample: BICUBIC, ...HALF },
  Blip: { size: square(384), numberIs: 'side', crop: undefined, resample: BICUBIC, ...OPENAI_CLIP },
} as const;
type ClassName = keyof typeof CLASSES;

const CLASS_OF_MODEL: ReadonlyMap<string, ClassName> = new Map([
  ['clip', 'CLIP'],
  ['vit', 'ViT'],
  ['deit', 'DeiT'],
  ['dinov2', 'Bit'],
  ['siglip', 'Siglip'],
  ['blip', 'Blip'],
  ['blip-nlvr', 'Blip'],
]);

/** Pillow's numbers of its filters (`PIL.Image.Resampling`). */
const FILTER_OF_NUMBER: Record<number, ResampleFilter> = {
  1: 'lanczos',
  2: 'bilinear',
  3: 'bicubic',
  4: 'box',
};

/**
 * @param json the parsed `preprocessor_config.json`
 * @param where its path, for errors
 * @param modelType `model_type` of `config.json`, asked only when the file names no class (as the oldest do not)
 */
export function parsePreprocessor(json: unknown, where?: string, modelType?: string): Preprocessor {
  const parsed = PreprocessorConfig.safeParse(json);
  if (!parsed.success) {
    throw new TurboError('the preprocessor configuration is not one that can be followed', {
      where,
      allowed: z.prettifyError(parsed.error).replaceAll('\n', ' '),
    });
  }
  const config = parsed.data;
  const defaults = CLASSES[classOf(config, where, modelType)];

  const doResize = config.do_resize ?? true;
  const doCrop = config.do_center_crop ?? defaults.crop !== undefined;
  const doNormalize = config.do_normalize ?? true;
  const cropSize = config.crop_size ?? defaults.crop ?? 224;
  return {
    ...(doResize && {
      resize: {
        size: resizeTarget(config.size ?? defaults.size, defaults.numberIs),
        filter: filterOf(config.resample ?? defaults.resample, where),
      },
    }),
    ...(doCrop && { centerCrop: typeof cropSize === 'number' ? square(cropSize) : cropSize }),
    ...((config.do_rescale ?? true) && { rescaleFactor: config.rescale_factor ?? 1 / 255 }),
    ...(doNormalize && {
      normalize: {
        mean: config.image_mean ?? defaults.image_mean,
        std: config.image_std ?? defaults.image_std,
      },
    }),
  };
}

/** How images are prepared where a checkpoint does not say, in families that do it one way; undefined in all others. */
export function usualPreprocessor(family: string): Preprocessor | undefined {
  return CLASS_OF_MODEL.get(family) === 'Blip' ? parsePreprocessor({}, undefined, family) : undefined;
}

function classOf(
  config: z.infer<typeof PreprocessorConfig>,
  where: string | undefined,
  modelType: string | undefined,
): ClassName {
  const named = config.image_processor_type ?? config.feature_extractor_type;
  const known = Object.keys(CLASSES) as ClassName[];
  if (named !== undefined) {
    const stem = named.replace(/(ImageProcessor|ImageProcessorFast|FeatureExtractor)$/, '');
    const found = known.find((name) => name === stem);
    if (found !== undefined) return found;
    const nearest = nearestName(stem, known);
    throw new TurboError(`the image processor ${named} is not supported`, {
      where,
      value: named,
      allowed: `one of: ${known.map((name) => `${name}ImageProcessor`).join(', ')}${
        nearest === undefined ? '' : ` (did you mean ${nearest}ImageProcessor?)`
      }`,
    });
  }
  const byModel = modelType === undefined ? undefined : CLASS_OF_MODEL.get(modelType);
  if (byModel !== undefined) return byModel;
  throw new TurboError('the preprocessor configuration names no image processor', {
    where,
    value: modelType,
    allowed: `image_processor_type: one of ${known.map((name) => `${name}ImageProcessor`).join(', ')}`,
  });
}

function resizeTarget(
  size: number | z.infer<typeof Resize>,
  numberIs: 'edge' | 'side',
): NonNullable<Preprocessor['resize']>['size'] {
  if (typeof size === 'number') return numberIs === 'edge' ? { shortestEdge: size } : square(size);
  if ('shortest_edge' in size) return { shortestEdge: size.shortest_edge };
  return size;
}

function filterOf(resample: number, where: string | undefined): ResampleFilter {
  const filter = FILTER_OF_NUMBER[resample];
  if (filter !== undefined) return filter;
  throw new TurboError('the resampling filter is not supported', {
    where,
    value: resample,
    allowed: `resample: ${Object.entries(FILTER_OF_NUMBER)
      .map(([number, name]) => `${number} (${name})`)
      .join(', ')}`,
  });
}

/** Height and width of every tensor that `preprocessor` makes, or undefined when they follow the image. */
export function outputSize({
  resize,
  centerCrop,
}: Preprocessor): { width: number; height: number } | undefined {
  if (centerCrop !== undefined) return { width: centerCrop.width, height: centerCrop.height };
  if (resize !== undefined && 'width' in resize.size) return resize.size;
  return undefined;
}
