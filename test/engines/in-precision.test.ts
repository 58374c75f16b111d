import { describe, expect, it } from 'vitest';
import { openEngine, requirePrecision } from '../../src/engines/index.js';
import type { Precision } from '../../src/precision/precision.js';
import { smallNetwork } from '../precision/small-network.js';

const refused = async (engine: string, precision: string) =>
  (await openEngine(engine)).createSession(smallNetwork(), {
    threads: 1,
    precision: precision as Precision,
  });

describe('a precision that the device lacks', () => {
  it('is refused by name, with what there is', async () => {
    await expect(refused('onnxruntime', 'float16')).rejects.toThrow(
      /onnxruntime does not compute in this precision on the device cpu[\s\S]*float16[\s\S]*int8-dynamic/,
    );
    for (const precision of ['float16', 'int8-dynamic', 'int8-static', 'int8-weights', 'int4-weights'])
      await expect(refused('tfjs', precision)).rejects.toThrow(
        /tfjs does not compute[\s\S]*float32, bfloat16-weights/,
      );
  });

  it('is never answered in float32 instead', async () => {
    const engine = await openEngine('onnxruntime');
    for (const precision of engine.precisions!('cpu'))
      expect(() => requirePrecision(engine, precision, 'cpu')).not.toThrow();
    expect(engine.precisions!('cpu')).not.toContain('float16');
    expect(engine.precisions!('auto')).toEqual(['float32', 'bfloat16-weights']);
    expect(engine.precisions!('cuda')).toContain('float16');
  });
});

it('names the precision that was meant', async () => {
  await expect(refused('onnxruntime', 'int8-dinamic')).rejects.toThrow('did you mean int8-dynamic?');
});
