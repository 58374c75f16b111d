/** What a saved picture says of itself: all that it was made from. */
import type { ReductionChoice } from '../experiment/expand.js';
import type { PictureTaskOptions } from '../tasks/diffusion/options.js';
import type { PictureRequest } from '../tasks/diffusion/picture-requests.js';
import type { PictureParameters } from './picture-folder.js';

export interface PictureOrigin {
  readonly software: string;
  /** Of the trial: covers model, data, engine and all options. */
  readonly fingerprint: string;
  readonly model: string;
  readonly options: PictureTaskOptions;
  readonly request: PictureRequest;
  readonly seed: number;
  /** Its number; the streams of noise are those of seed and number. */
  readonly picture: number;
  readonly scheduler: string;
  readonly reduction: ReductionChoice;
}

/** Plain data, the same for the same picture. */
export function pictureParameters(origin: PictureOrigin): PictureParameters {
  const { options, request, fingerprint, ...others } = origin;
  const { task, steps, guidanceScale, negativePrompt, clipSkip } = options;
  return {
    ...others,
    ...{ task, prompt: request.prompt, negativePrompt, steps, guidanceScale, clipSkip },
    ...(options.scheduler === undefined ? {} : { schedulerOptions: options.scheduler }),
    ...(options.task === 'image-to-image'
      ? { strength: options.strength, start: request.start?.id ?? null }
      : {}),
    trial: fingerprint,
  };
}
