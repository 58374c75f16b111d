import { describe, expect, it } from 'vitest';
import { tryDeviceApart } from '../../../src/command-line/doctor/device-trial.js';

// A process that compiles its sources first takes its time on a busy machine.
describe('a device that is tried in a process of its own', { timeout: 120_000 }, () => {
  it('computes, or says why not', async () => {
    expect(await tryDeviceApart('onnxruntime', 'cpu')).toEqual({ ran: true, device: 'cpu' });
    const unknown = await tryDeviceApart('onnxruntime', 'abacus');
    expect(unknown).toMatchObject({ ran: false, isAbsent: false });
    expect(unknown.ran || unknown.what).toContain('no such device');
  });

  it('is not waited for without end', async () => {
    const hangs = await tryDeviceApart('onnxruntime', 'cpu', 1);
    expect(hangs).toEqual({ ran: false, what: 'did nothing for 0.001 s', isAbsent: false });
  });
});
