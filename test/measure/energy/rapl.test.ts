import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consumedMicrojoules, findRaplDomains, readMicrojoules } from '../../../src/measure/energy/rapl.js';
import { playPowercap, TWO_PACKAGES } from './play-powercap.js';

describe('the energy counters of processors', () => {
  it('are those of packages and memory, each once', () => {
    const { folder, set } = playPowercap(TWO_PACKAGES);
    set('intel-rapl:0:1', 1234);
    const { domains, missing } = findRaplDomains(folder, 'linux');
    expect(domains.map(({ name }) => name)).toEqual([
      'package-0',
      'package-0 dram',
      'package-1',
      'package-1 dram',
    ]);
    expect(domains[1]).toMatchObject({ rangeMicrojoules: 65_712_999_613 });
    expect(readMicrojoules(domains[1]!)).toBe(1234);
    expect(missing).toBeNull();
  });

  it('say who may read them where this process may not', () => {
    const { folder } = playPowercap(TWO_PACKAGES);
    const { domains, missing } = findRaplDomains(folder, 'linux', (path) => {
      if (!path.endsWith('energy_uj')) return readFileSync(path, 'utf8').trim();
      throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    });
    expect(domains).toEqual([]);
    expect(missing?.reason).toContain('root alone');
    expect(missing?.enable).toContain('sudo chmod a+r /sys/class/powercap/intel-rapl:*/energy_uj');
  });

  it('are told to be absent where there are none, and on other systems', () => {
    const empty = mkdtempSync(join(tmpdir(), 'powercap-'));
    for (const folder of [empty, join(empty, 'nothing')])
      expect(findRaplDomains(folder, 'linux').missing?.enable).toContain('modprobe intel_rapl_msr');
    expect(findRaplDomains(empty, 'darwin').missing?.reason).toContain('on Linux alone');
  });

  it('count on when they begin anew', () => {
    const range = 262_143_328_850;
    expect(consumedMicrojoules(range - 100, 50, range)).toBe(150);
    fc.assert(
      fc.property(fc.nat(range - 1), fc.nat(range - 1), (before, spent) => {
        expect(consumedMicrojoules(before, (before + spent) % range, range)).toBe(spent);
      }),
    );
  });
});
