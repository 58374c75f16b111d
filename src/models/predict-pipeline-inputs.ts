/**
 * Inputs of a Stable Diffusion pipeline, checked and completed before anything runs: nothing empty, no unknown token ids, and a negative text as long as
 * the prompt.
 *
 * Source: `StableDiffusionPipeline.encode_prompt` of diffusers 0.42, which pads and cuts the empty text to the length of the prompt.
 */
import path from 'node:path';
import { promptTokens } from '../diffusion/prompt-tokens.js';
import { type TensorData, tensorData } from '../engines/index.js';
import { TurboError } from '../errors/turbo-error.js';
import { loadTokenizer } from '../text/tokenizer.js';
import { refuseEmpty, wrongInput } from './predict-inputs.js';
import { refuseUnknownTokens } from './predict-token-ids.js';
import type { Pipeline } from './stable-diffusion/pipeline.js';

type Inputs = ReadonlyMap<string, TensorData>;

/** @throws TurboError for an empty tensor, and for token ids that the text encoder does not know */
export async function checkPipelineInputs(pipeline: Pipeline, inputs: Inputs): Promise<void> {
  refuseEmpty(inputs);
  for (const name of ['input_ids', 'negative_input_ids']) {
    const ids = inputs.get(name);
    if (ids === undefined) continue;
    if (ids.dtype !== 'int64' || ids.shape.length !== 2) throw wrongInput(name, ids, 'int64 [batch, tokens]');
    refuseUnknownTokens(name, ids, (await pipeline.textEncoder()).config.vocab_size);
  }
}

/**
 * The inputs of a whole run, with a negative text of the prompt's length: the given one, or the empty text.
 *
 * @throws TurboError for a given one of another length, and for a prompt longer than the empty text can be
 */
export async function withNegativeText(pipeline: Pipeline, inputs: Inputs): Promise<Inputs> {
  const prompt = inputs.get('input_ids') ?? inputs.get('prompt_embeds');
  const [batch, length] = (prompt?.shape ?? []) as [number?, number?];
  if (length === undefined) return inputs;
  for (const name of ['negative_input_ids', 'negative_prompt_embeds']) {
    const given = inputs.get(name);
    if (given === undefined) continue;
    const fits = given.shape[1] === length && (given.shape[0] === 1 || given.shape[0] === batch);
    if (fits) return inputs;
    throw wrongInput(name, given, `1 or ${batch} rows of ${length} tokens, as many as the prompt has`);
  }
  const { inputIds, shape } = promptTokens(await loadTokenizer(path.join(pipeline.folder!, 'tokenizer')), [
    '',
  ]);
  if (length > shape[1])
    throw new TurboError('The prompt is longer than the empty text that stands against it can be.', {
      value: `${length} tokens`,
      allowed: `1 to ${shape[1]} tokens`,
      next: 'give negative_prompt_embeds of the same length',
    });
  const ids = BigInt64Array.from(inputIds.subarray(0, length), BigInt);
  return new Map([...inputs, ['negative_input_ids', tensorData(ids, [1, length])]]);
}
