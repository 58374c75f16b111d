import { describe, expect, it } from 'vitest';
import { differingConditions, isSameHardware } from '../../../src/report/reference/conditions.js';
import { readReference } from '../../../src/report/reference/list-references.js';

const here = {
  device: 'CPU, 2 threads',
  hardware: 'Intel(R) Core(TM) i9-10940X CPU @ 3.30GHz',
  precision: 'float32',
  batchSizes: [1],
  imageSizes: [],
  randomWeights: false,
  limit: null,
};

describe('isSameHardware', () => {
  it('knows a processor by its number, whatever stands around it', async () => {
    const table = await readReference('timm-throughput-cpu-i9-10940x');
    expect(isSameHardware(table, here)).toBe(true);
    expect(isSameHardware(table, { ...here, hardware: 'Intel(R) Xeon(R) Processor' })).toBe(false);
  });

  it('does not take an unnamed machine for this one', async () => {
    expect(isSameHardware(await readReference('deit-readme'), here)).toBe(false);
  });
});

describe('differingConditions', () => {
  it('names nothing but what the mapping names where all is as in the source', async () => {
    const table = await readReference('timm-throughput-cpu-i9-10940x');
    expect(differingConditions(table, table.reproduction!, here)).toEqual(table.reproduction!.differences);
  });

  it('names device, precision, batch size, sizes of images and samples', async () => {
    const table = await readReference('diffusers-tomesd-latency');
    const conditions = differingConditions(table, table.reproduction!, {
      ...here,
      imageSizes: [256],
      limit: 1000,
    });
    expect(conditions.slice(0, 5)).toEqual([
      {
        condition: 'device',
        published: 'NVIDIA A100 and V100 (per row)',
        measured: 'Intel(R) Core(TM) i9-10940X CPU @ 3.30GHz (CPU, 2 threads)',
      },
      { condition: 'precision', published: 'float16', measured: 'float32' },
      { condition: 'batch size', published: '10, 1', measured: '1' },
      { condition: 'image size', published: '512, 768, 1024 px', measured: '256 px' },
      { condition: 'samples', published: 'all', measured: 'at most 1,000' },
    ]);
  });

  it('says that published weights were trained for the reduction, and that random ones show speed alone', async () => {
    const table = await readReference('tome-readme-deit');
    const named = (changes: object) =>
      differingConditions(table, table.reproduction!, { ...here, ...changes }).map(
        ({ condition }) => condition,
      );
    expect(named({})).toContain('training');
    expect(named({ randomWeights: true })).toContain('checkpoint');
    expect(named({ randomWeights: true })).not.toContain('training');
  });
});
