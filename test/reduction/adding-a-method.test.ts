import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engines/registry.js';
import { openModel } from '../../src/models/open-model.js';
import { smallestNorm } from './smallest-norm.js';

const root = new URL('../../', import.meta.url);

describe('the method of docs/adding-a-method.md', () => {
  it('is printed there as it is tested here', () => {
    const tested = readFileSync(new URL('test/reduction/smallest-norm.ts', root), 'utf8');
    const asAMethod = tested
      .replaceAll('../../src/reduction/methods/', './')
      .replaceAll('../../src/reduction/', '../')
      .replaceAll('../../src/graph/', '../../graph/');
    expect(readFileSync(new URL('docs/adding-a-method.md', root), 'utf8')).toContain(asAMethod.trim());
  });

  it('merges the tokens that it is asked for', async () => {
    const model = await openModel(new URL('test/fixtures/models/vit', root).pathname);
    const spec = smallestNorm.schema.parse({ method: 'smallest-norm', tokensPerLayer: 4 });
    const { graph, tokensAfterBlock } = model.buildVision({
      reduction: (encoder) => smallestNorm.reducer(spec, encoder),
      outputs: ['last_hidden_state', 'token_sizes'],
    });
    expect(tokensAfterBlock).toEqual([61, 57, 53, 49]);
    const session = await (await openEngine('onnxruntime')).createSession(graph, { threads: 1 });
    const data = Float32Array.from({ length: 3 * 64 * 64 }, (_, at) => Math.sin(at));
    const outputs = await session.run({ pixel_values: { dtype: 'float32', shape: [1, 3, 64, 64], data } });
    await session.release();
    model.close();
    expect(outputs.last_hidden_state!.shape).toEqual([1, 49, 48]);
    expect((outputs.token_sizes!.data as Float32Array).reduce((a, b) => a + b)).toBe(65);
  });
});
