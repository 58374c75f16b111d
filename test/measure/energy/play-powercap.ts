/** A folder that plays /sys/class/powercap: zones by name, each with its counter in microjoules. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server with two processors: what Linux shows of an Intel Xeon. */
export const TWO_PACKAGES = {
  'intel-rapl:0': { name: 'package-0', range: 262_143_328_850 },
  'intel-rapl:0:0': { name: 'core', range: 262_143_328_850 },
  'intel-rapl:0:1': { name: 'dram', range: 65_712_999_613 },
  'intel-rapl:1': { name: 'package-1', range: 262_143_328_850 },
  'intel-rapl:1:0': { name: 'dram', range: 65_712_999_613 },
  'intel-rapl:2': { name: 'psys', range: 262_143_328_850 },
  'intel-rapl-mmio:0': { name: 'package-0', range: 262_143_328_850 },
} as const;

export interface PlayedPowercap {
  readonly folder: string;
  set(zone: string, microjoules: number): void;
}

export function playPowercap(
  zones: Readonly<Record<string, { name: string; range: number }>>,
): PlayedPowercap {
  const folder = mkdtempSync(join(tmpdir(), 'powercap-'));
  const set = (zone: string, microjoules: number): void =>
    writeFileSync(join(folder, zone, 'energy_uj'), `${microjoules}\n`);
  mkdirSync(join(folder, 'intel-rapl'));
  for (const [zone, { name, range }] of Object.entries(zones)) {
    mkdirSync(join(folder, zone));
    writeFileSync(join(folder, zone, 'name'), `${name}\n`);
    writeFileSync(join(folder, zone, 'max_energy_range_uj'), `${range}\n`);
    set(zone, 0);
  }
  return { folder, set };
}
