/** What the machine has: Node, processor and threads, memory, the driver of NVIDIA GPUs. */
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { askNvidiaSmi, CSV, type StartNvidiaSmi } from '../../measure/nvidia-smi.js';
import { withPrefix } from '../text-table.js';
import type { Finding } from './finding.js';

/** The machine, or what plays it. */
export interface Machine {
  /** `v20.19.0` */
  readonly nodeVersion: string;
  readonly processor: string;
  /** Cores of the machine, and those that this process may use. */
  readonly cores: number;
  readonly usableCores: number;
  readonly memoryBytes: number;
  readonly freeBytes: number;
  readonly startNvidiaSmi: StartNvidiaSmi;
}

export function thisMachine(startNvidiaSmi: StartNvidiaSmi): Machine {
  const limit = process.constrainedMemory();
  const total = limit > 0 ? Math.min(totalmem(), limit) : totalmem();
  return {
    nodeVersion: process.version,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    usableCores: availableParallelism(),
    memoryBytes: total,
    freeBytes: Math.min(freemem(), total),
    startNvidiaSmi,
  };
}

const OLDEST_NODE = [20, 19];
/** A ViT-B/16 in two sessions, with Node and pictures. */
const LITTLE_BYTES = 2e9;

export async function machineFindings(machine: Machine): Promise<Finding[]> {
  return [
    nodeFinding(machine),
    processorFinding(machine),
    memoryFinding(machine),
    await driverFinding(machine),
  ];
}

function nodeFinding({ nodeVersion }: Machine): Finding {
  const [major = 0, minor = 0] = nodeVersion.replace(/^v/, '').split('.').map(Number);
  const [oldest = 0, oldestMinor = 0] = OLDEST_NODE;
  const isOld = major < oldest || (major === oldest && minor < oldestMinor);
  const about = { area: 'machine', what: 'Node' };
  return isOld
    ? {
        ...about,
        state: 'broken',
        detail: `${nodeVersion} is too old`,
        next: `Install Node ${OLDEST_NODE.join('.')} or newer.`,
      }
    : { ...about, state: 'ok', detail: nodeVersion };
}

function processorFinding({ processor, cores, usableCores }: Machine): Finding {
  const threads =
    usableCores === cores ? `${cores} threads` : `${usableCores} of ${cores} threads may be used`;
  return { area: 'machine', what: 'processor', state: 'ok', detail: `${processor}; ${threads}` };
}

function memoryFinding({ memoryBytes, freeBytes }: Machine): Finding {
  const detail = `${withPrefix(freeBytes)}B free of ${withPrefix(memoryBytes)}B`;
  const about = { area: 'machine', what: 'memory', detail };
  return freeBytes >= LITTLE_BYTES
    ? { ...about, state: 'ok' }
    : {
        ...about,
        state: 'not available',
        detail: `${detail}: little for a model of the size of a ViT-B/16`,
        next: 'Close other programs, or lower measure.batchSize.',
      };
}

async function driverFinding({ startNvidiaSmi }: Machine): Promise<Finding> {
  const about = { area: 'machine', what: 'NVIDIA driver' };
  const next = 'Install the driver of the GPU; nvidia-smi must list it.';
  try {
    const { lines, code } = await askNvidiaSmi(startNvidiaSmi, ['--query-gpu=name,driver_version', CSV]);
    if (code !== 0)
      return {
        ...about,
        state: 'broken',
        detail: `nvidia-smi ends with ${code}: ${lines[0] ?? 'no word'}`,
        next,
      };
    if (lines.length === 0)
      return { ...about, state: 'not available', detail: 'nvidia-smi lists no GPU', next };
    return { ...about, state: 'ok', detail: lines.join('; ') };
  } catch {
    return { ...about, state: 'not available', detail: 'nvidia-smi is not there', next };
  }
}
