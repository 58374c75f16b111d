import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Placement } from '../../../src/engines/index.js';

/** A Vulkan driver that computes on the CPU, and the library that loads it: Debian's chromium has both. */
const CHROMIUM = '/usr/lib/chromium';
const DRIVER = `${CHROMIUM}/vk_swiftshader_icd.json`;
const program = fileURLToPath(new URL('./webgpu-golden.ts', import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

interface Outcome {
  readonly device: string;
  readonly placement: Placement;
  readonly worst: number;
  readonly tolerance: number;
}

// Compiling a hundred shaders takes a processor its time.
describe.skipIf(!existsSync(DRIVER))(
  `WebGPU (left out where there is no ${DRIVER})`,
  { timeout: 600_000 },
  () => {
    it('computes a merged golden model, and leaves nothing that computes to the CPU', () => {
      const text = execFileSync(
        process.execPath,
        ['--import', tsx, program, 'vit-float16', 'turbo_r5_alpha5'],
        {
          env: { ...process.env, LD_LIBRARY_PATH: CHROMIUM, VK_ICD_FILENAMES: DRIVER },
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        },
      );
      const { device, placement, worst, tolerance } = JSON.parse(text) as Outcome;
      expect(worst).toBeLessThanOrEqual(tolerance);
      expect(device).toBe('webgpu');
      expect(placement.computeOnCpu).toEqual({});
      expect(placement.operators.webgpu!.Gemm).toBeGreaterThan(10);
      // What is left are shapes of what is expanded, outside of the merging.
      expect(Object.keys(placement.operators.cpu ?? {})).toEqual(['Concat']);
    });
  },
);
