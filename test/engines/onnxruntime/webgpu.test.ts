import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Placement } from '../../../src/engines/index.js';

/** A Vulkan driver that computes on the CPU, and the library that loads it: Debian's chromium has both. */
const CHROMIUM = '/usr/lib/chromium';
const DRIVER = `${CHROMIUM}/vk_swiftshader_icd.json`;
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

interface Outcome {
  readonly device: string;
  readonly placement: Placement;
  readonly worst: number;
  readonly tolerance: number;
}

type Captions = Readonly<Record<string, Record<'written' | 'expected', readonly number[]>>>;

/** What a program prints that runs where the driver is. */
function printed(program: string, ...args: string[]): unknown {
  const file = fileURLToPath(new URL(program, import.meta.url));
  const text = execFileSync(process.execPath, ['--import', tsx, file, ...args], {
    env: { ...process.env, LD_LIBRARY_PATH: CHROMIUM, VK_ICD_FILENAMES: DRIVER },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(text);
}

// Compiling a hundred shaders takes a processor its time.
describe.skipIf(!existsSync(DRIVER))(
  `WebGPU (left out where there is no ${DRIVER})`,
  { timeout: 600_000 },
  () => {
    it('computes a merged golden model, and leaves nothing that computes to the CPU', () => {
      const { device, placement, worst, tolerance } = printed(
        './webgpu-golden.ts',
        'vit-float16',
        'turbo_r5_alpha5',
      ) as Outcome;
      expect(worst).toBeLessThanOrEqual(tolerance);
      expect(device).toBe('webgpu');
      expect(placement.computeOnCpu).toEqual({});
      expect(placement.operators.webgpu!.Gemm).toBeGreaterThan(10);
      // What is left are shapes of what is expanded, outside of the merging.
      expect(Object.keys(placement.operators.cpu ?? {})).toEqual(['Concat']);
    });

    it('writes golden captions with the cache left on the device, also when images leave the batch', () => {
      const names = ['generate.turbo.prompt.greedy', 'cross-modal.turbo.strong.prefill.beam3'];
      const captions = printed('./webgpu-captions.ts', ...names) as Captions;
      expect(Object.keys(captions)).toEqual(names);
      for (const { written, expected } of Object.values(captions)) expect(written).toEqual(expected);
    });
  },
);
