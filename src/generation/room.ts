/** Whether a text has room behind its prompt, and the model a position for each of its tokens: both are known before anything is written. */
import { TurboError } from '../errors/turbo-error.js';
import type { GenerationOptions } from './options.js';

/**
 * @param promptLength tokens of the prompt, start token included
 * @param positions longest text that the model has positions for; null where nothing bounds it
 * @throws TurboError when the prompt fills the text, or the text is longer than the model can write
 */
export function requireRoom(
  promptLength: number,
  { maxLength }: Pick<GenerationOptions, 'maxLength'>,
  positions: number | null = null,
): void {
  if (positions !== null && maxLength > positions)
    throw new TurboError('The text would be longer than the model has positions.', {
      value: `maxLength ${maxLength}`,
      allowed: `maxLength up to ${positions}`,
    });
  if (promptLength >= maxLength)
    throw new TurboError('The prompt leaves no room for a generated text.', {
      value: `${promptLength} tokens, maxLength ${maxLength}`,
      allowed: `maxLength above ${promptLength}${positions === null ? '' : `, up to ${positions}`}`,
    });
}
