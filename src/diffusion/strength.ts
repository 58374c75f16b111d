/**
 * Which steps image-to-image takes: the last `strength` of them, so that the picture keeps what the first ones would decide.
 *
 * Source: `StableDiffusionImg2ImgPipeline.get_timesteps` of diffusers 0.42.
 */
import { TurboError } from '../errors/turbo-error.js';

/**
 * `steps − min(int(steps · strength), steps)`: the index of the first timestep that is called.
 *
 * PNDM takes the same index into its list, in which the second timestep stands twice, and so calls once more.
 *
 * @param steps denoising steps of a whole run
 * @throws TurboError when the strength is outside (0, 1], or so small that nothing is left to do
 */
export function firstStepOf(strength: number, steps: number): number {
  if (!(strength > 0 && strength <= 1))
    throw new TurboError('the strength of image-to-image is out of range', {
      value: strength,
      allowed: 'a number above 0 and up to 1; 1 forgets the image',
    });
  const taken = Math.min(Math.trunc(steps * strength), steps);
  if (taken > 0) return steps - taken;
  throw new TurboError(`a strength of ${strength} leaves none of the ${steps} steps`, {
    value: strength,
    allowed: `at least 1/${steps}`,
    next: 'take more steps or more strength',
  });
}
