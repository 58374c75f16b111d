import { expect, it } from 'vitest';
import { engineNames, openEngine } from '../../src/engines/index.js';

it('opens every engine by name, with a version', async () => {
  for (const name of engineNames) {
    const engine = await openEngine(name);
    expect(engine.name).toBe(name);
    expect(engine.version).toMatch(/^\d/);
  }
});

it('suggests the engine that was meant', async () => {
  await expect(openEngine('onnxruntme')).rejects.toThrow('did you mean onnxruntime');
  await expect(openEngine('toString')).rejects.toThrow('unknown engine');
});
