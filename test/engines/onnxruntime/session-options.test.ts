import { describe, expect, it } from 'vitest';
import { onnxruntimeOptions } from '../../../src/engines/onnxruntime/session-options.js';

describe('onnxruntimeOptions', () => {
  it('tells idle threads to stop spinning, so that a session does not slow the one that runs next', () => {
    const { extra } = onnxruntimeOptions({ threads: 2 }, {});
    expect(extra).toMatchObject({ 'session.force_spinning_stop': '1' });
  });

  it('lets the experiment decide otherwise', () => {
    const own = { 'session.force_spinning_stop': false };
    const { extra } = onnxruntimeOptions({ threads: 2, extra: own }, {});
    expect(extra).toMatchObject({ 'session.force_spinning_stop': '0' });
  });
});
