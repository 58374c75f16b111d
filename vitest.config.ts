import { defineConfig } from 'vitest/config';

/**
 * Files that change their own process or measure its memory, and those that start others at length: each has a process of its own,
 * and they come first. The rest shares two processes, which spares most of the imports; a module keeps its state from file to file there.
 */
const ALONE = [
  'test/{commands,faults,hostile}/**/*.test.ts',
  'test/checkpoints/{pytorch-legacy,weights}.test.ts',
  'test/engines/onnxruntime/onnxruntime-engine.test.ts',
];

export default defineConfig({
  test: {
    testTimeout: 30_000,
    maxWorkers: 2,
    projects: [
      // They mostly wait for what they have started.
      { extends: true, test: { name: 'alone', include: ALONE, maxWorkers: 3, sequence: { groupOrder: 0 } } },
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: ALONE,
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
