/** Memory that this process holds on GPUs. */
import { runsOnGpu } from '../measure/energy/energy-sources.js';
import { gpuMemoryBytes, startNvidiaSmi } from '../measure/nvidia-smi.js';

/** @param device where the engine really runs @returns bytes; null on a processor, and where the driver does not tell */
export async function ownGpuMemory(device: string): Promise<number | null> {
  return runsOnGpu(device) ? gpuMemoryBytes(startNvidiaSmi, process.pid) : null;
}
