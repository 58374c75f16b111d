/**
 * Energy counters of processors: RAPL, as Linux shows it under /sys/class/powercap.
 *
 * Source: https://www.kernel.org/doc/html/latest/power/powercap/powercap.html. A top zone is a package, with cores and graphics inside
 * it; memory (`dram`) hangs below a package and is not part of its counter. `psys` is the whole platform and `intel-rapl-mmio` the same
 * package seen another way: both would count twice. AMD's processors appear under the same names.
 * Since Linux 5.10 the counters may be read by root alone (CVE-2020-8694).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../../errors/turbo-error.js';

/** A counter that goes up with every joule and begins at 0 again after `rangeMicrojoules`. */
export interface RaplDomain {
  /** `package-0`, `package-0 dram` */
  readonly name: string;
  readonly folder: string;
  readonly rangeMicrojoules: number;
}

/** Why a meter cannot be read, and the command or change that would enable it. */
export interface MissingMeter {
  readonly meter: 'RAPL' | 'nvidia-smi';
  readonly reason: string;
  readonly enable: string;
}

type ReadText = (path: string) => string;
const readText: ReadText = (path) => readFileSync(path, 'utf8').trim();

const NO_RAPL = {
  meter: 'RAPL',
  reason:
    'there is no energy counter under /sys/class/powercap: the driver is not loaded, or this is a virtual machine or container that hides it',
  enable: 'sudo modprobe intel_rapl_msr, on the machine itself',
} as const;
const DENIED = {
  meter: 'RAPL',
  reason: 'the energy counters may be read by root alone',
  enable: 'sudo chmod a+r /sys/class/powercap/intel-rapl:*/energy_uj (until the next boot)',
} as const;
const NOT_LINUX = {
  meter: 'RAPL',
  reason: 'energy counters of processors are read on Linux alone',
  enable: 'run on Linux, on a machine that is not virtual',
} as const;

/**
 * The packages and their memory, or why there are none.
 *
 * @param powercapFolder `/sys/class/powercap`, or a folder that plays it @param read the text of a file
 */
export function findRaplDomains(
  powercapFolder: string,
  platform: NodeJS.Platform,
  read: ReadText = readText,
): { readonly domains: readonly RaplDomain[]; readonly missing: MissingMeter | null } {
  if (platform !== 'linux') return { domains: [], missing: NOT_LINUX };
  try {
    const zones = readdirSync(powercapFolder).sort();
    const packages = zones
      .filter((zone) => /^intel-rapl:\d+$/.test(zone))
      .map((zone) => ({ zone, name: read(join(powercapFolder, zone, 'name')) }))
      .filter(({ name }) => name.startsWith('package'));
    const domainOf = (zone: string, name: string): RaplDomain => ({
      name,
      folder: join(powercapFolder, zone),
      rangeMicrojoules: Number(read(join(powercapFolder, zone, 'max_energy_range_uj'))),
    });
    const domains = packages.flatMap(({ zone, name }) => {
      const memory = zones.filter(
        (inner) => inner.startsWith(`${zone}:`) && read(join(powercapFolder, inner, 'name')) === 'dram',
      );
      return [domainOf(zone, name), ...memory.map((inner) => domainOf(inner, `${name} dram`))];
    });
    for (const domain of domains) readMicrojoules(domain, read);
    return { domains, missing: domains.length === 0 ? NO_RAPL : null };
  } catch (thrown) {
    const isDenied = ['EACCES', 'EPERM'].includes(systemCode(thrown) ?? '');
    return { domains: [], missing: isDenied ? DENIED : NO_RAPL };
  }
}

/** What the counter says now. @throws the system's error when it cannot be read */
export function readMicrojoules({ folder }: RaplDomain, read: ReadText = readText): number {
  return Number(read(join(folder, 'energy_uj')));
}

/** Microjoules between two readings, the counter having begun anew once at most. */
export function consumedMicrojoules(before: number, after: number, rangeMicrojoules: number): number {
  return after >= before ? after - before : after + rangeMicrojoules - before;
}
