/** What holds of a text encoder that merges its tokens, on tiny networks of BLIP. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openEngine, type TensorData, tensorData } from '../../../src/engines/index.js';
import { openModel } from '../../../src/models/open-model.js';
import { largestDifference } from '../../run-graph.js';
import { runGraph } from './blip-golden.js';

const words = 6;
const imageTokens = 10;
const engine = await openEngine('onnxruntime');

/** A text of six words in so many places. */
function textIn(length: number): Record<string, TensorData> {
  const row = (value: (at: number) => number): TensorData =>
    tensorData(
      BigInt64Array.from({ length }, (_, at) => BigInt(at < words ? value(at) : 0)),
      [1, length],
    );
  return { input_ids: row((at) => 5 + at), attention_mask: row(() => 1) };
}

describe.each([
  ['retrieval', 'match', 'itm_score', ['encoder_hidden_states']],
  ['nlvr', 'pair', 'logits', ['encoder_hidden_states', 'encoder_hidden_states_2']],
] as const)('a text encoder of %s that merges text tokens', async (folder, part, output, images) => {
  const model = await openModel(path.resolve('test/fixtures/blip', folder));

  it.each([1, 4])(
    'gives a text the same result however far it is padded, at %s per layer',
    async (perLayer) => {
      const outputOf = async (length: number, textMerging: { perLayer: number; alpha: number } | null) => {
        const request = { sequenceLength: length, imageTokens, crossModal: null, outputs: [output] };
        const graph = model.buildPart(part, { ...request, textMerging });
        const width = graph.inputs.at(-1)!.shape[2] as number;
        const image = Float32Array.from({ length: imageTokens * width }, (_, at) => Math.sin(at * at));
        const pictures = images.map((name) => [name, tensorData(image, [1, imageTokens, width])] as const);
        const found = await runGraph(engine, graph, { ...textIn(length), ...Object.fromEntries(pictures) });
        return found[output]!.data as Float32Array;
      };
      const merging = { perLayer, alpha: 5 };
      const alone = await outputOf(words, merging);
      for (const length of [7, 12])
        expect(largestDifference(await outputOf(length, merging), alone), `padded to ${length}`).toBeLessThan(
          1e-5,
        );
      expect(largestDifference(await outputOf(words, null), alone)).toBeGreaterThan(1e-3);
    },
  );
});
