import { describe, expect, it } from 'vitest';
import { wholeParameters } from '../../src/runner/whole-parameters.js';

describe('whole parameters', () => {
  const task = 'classification';

  it('are equal whether a default is written out or not', () => {
    const plain = wholeParameters({ task, method: 'turbo', parameters: { tokensPerLayer: 8 } });
    expect(plain).toMatchObject({ tokensPerLayer: 8, alpha: 5, semantic: 'attention', 'layers.from': 0 });
    const written = { tokensPerLayer: 8, alpha: 5, 'layers.from': 0, semantic: 'attention' };
    expect(wholeParameters({ task, method: 'turbo', parameters: written })).toEqual(plain);
  });

  it('are those of the method for the network that does the task', () => {
    const parameters = { ratio: 0.5 };
    const pictures = wholeParameters({ task: 'text-to-image (steps 20)', method: 'turbo', parameters });
    expect(pictures).toMatchObject({ ratio: 0.5, alpha: 1, semantic: 'sampled-queries' });
    expect(wholeParameters({ task, method: 'turbo', parameters })).toMatchObject({ ratio: 0.5, alpha: 5 });
  });

  it('have the seed of the experiment where a method draws by lot, and never the precision', () => {
    const parameters = { tokensPerLayer: 8, precision: 'float16' };
    expect(wholeParameters({ task, method: 'random', parameters }, 7)).toMatchObject({ seed: 7 });
    const none = { task, method: 'none', parameters: { precision: 'float16' } };
    expect(wholeParameters(none, 7)).toEqual({});
  });

  it('stay as they are of a method that this version does not have', () => {
    const parameters = { strength: 3 };
    expect(wholeParameters({ task, method: 'later', parameters }, 7)).toEqual(parameters);
  });
});
