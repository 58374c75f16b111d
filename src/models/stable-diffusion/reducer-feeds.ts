/** What the U-Net must be told for its reducer, beside its own inputs. */
import { type TensorData, tensorData } from '../../engines/index.js';
import { TurboError } from '../../errors/turbo-error.js';
import type { DiffusionReducer } from '../../reduction/diffusion/block-plan.js';

export interface ReducerKnowledge {
  /** [batch, T] 1 where a prompt has content. */
  readonly content: TensorData | undefined;
  /** Semantic values of an earlier call, by the name of their input. */
  readonly kept?: Readonly<Record<string, TensorData>>;
}

/**
 * @param call of the denoising run, which a partition drawn at every step depends on
 * @throws TurboError when the words of the prompt are needed and not known
 */
export function reducerFeeds(
  reducer: DiffusionReducer | null,
  call: number,
  { content, kept = {} }: ReducerKnowledge,
): Record<string, TensorData> {
  const feeds: Record<string, TensorData> = {};
  for (const [name, values] of Object.entries(reducer?.feedsAt(call) ?? {}))
    feeds[name] = tensorData(BigInt64Array.from(values, BigInt), [values.length]);
  for (const { source } of reducer?.inputs() ?? []) {
    if (source.kind !== 'input' || feeds[source.name] !== undefined) continue;
    const known = source.name === 'prompt_content' ? content : kept[source.name];
    if (known !== undefined) feeds[source.name] = known;
    else
      throw new TurboError('The semantic value needs to know where the prompt has words.', {
        value: 'semantic: cross-attention',
        allowed:
          'prompt_content [batch, tokens] float32: 1 behind the start token and before the first end token',
      });
  }
  return feeds;
}
