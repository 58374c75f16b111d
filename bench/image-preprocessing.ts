/**
 * A 640 × 480 JPEG to a 224-pixel CLIP tensor: our time against Pillow's with NumPy, interleaved, processor time of one picture.
 *
 * `npx tsx bench/image-preprocessing.ts` (needs python3 with Pillow and NumPy for the comparison)
 */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { preprocessImage } from '../src/images/preprocess.js';
import { parsePreprocessor } from '../src/images/preprocessor.js';

const PICTURE = join(import.meta.dirname, '../test/fixtures/images/files/large-640x480.jpg');
const ROUNDS = 15;
const PICTURES_PER_ROUND = 40;

/** For every line on its input, prints the mean processor milliseconds of as many pictures as the line says. */
const PILLOW = `
import io, sys, time
import numpy as np
from PIL import Image
encoded = open(sys.argv[1], 'rb').read()
mean = np.array([0.48145466, 0.4578275, 0.40821073], dtype=np.float32)
std = np.array([0.26862954, 0.26130258, 0.27577711], dtype=np.float32)
def tensor():
    image = Image.open(io.BytesIO(encoded)).convert('RGB').resize((298, 224), Image.BICUBIC).crop((37, 0, 261, 224))
    return np.ascontiguousarray(((np.asarray(image).astype(np.float32) / 255 - mean) / std).transpose(2, 0, 1))
for line in sys.stdin:
    start = time.process_time()
    for _ in range(int(line)): tensor()
    print((time.process_time() - start) * 1000 / int(line), flush=True)
`;

const encoded = await readFile(PICTURE);
const preprocessor = parsePreprocessor({ image_processor_type: 'CLIPImageProcessor' });

/** Mean processor time of one picture, all threads together. */
async function ourMs(pictures: number): Promise<number> {
  const start = process.cpuUsage();
  for (let picture = 0; picture < pictures; picture++) await preprocessImage(encoded, preprocessor);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000 / pictures;
}

/** Asks the Python process, one question at a time. */
function pillowTimer(python: ChildProcessWithoutNullStreams): (pictures: number) => Promise<number> {
  const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  return async (pictures) => {
    python.stdin.write(`${pictures}\n`);
    const { value } = await answers.next();
    return Number(value);
  };
}

const median = (values: number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const format = (value: number): string => value.toFixed(2);

await ourMs(PICTURES_PER_ROUND);
if (spawnSync('python3', ['-c', 'import PIL, numpy']).status !== 0) {
  const times = [];
  for (let round = 0; round < ROUNDS; round++) times.push(await ourMs(PICTURES_PER_ROUND));
  console.log(
    `turbo-bench ${format(median(times))} cpu-ms per picture; python3 with Pillow and NumPy: not available`,
  );
} else {
  const python = spawn('python3', ['-c', PILLOW, PICTURE]);
  const pillowMs = pillowTimer(python);
  await pillowMs(PICTURES_PER_ROUND);
  const pairs: { ours: number; pillow: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    pairs.push({ ours: await ourMs(PICTURES_PER_ROUND), pillow: await pillowMs(PICTURES_PER_ROUND) });
  }
  python.stdin.end();
  const ratios = pairs.map(({ ours, pillow }) => ours / pillow);
  console.log(`turbo-bench ${format(median(pairs.map(({ ours }) => ours)))} cpu-ms per picture`);
  console.log(`Pillow      ${format(median(pairs.map(({ pillow }) => pillow)))} cpu-ms per picture`);
  console.log(
    `ratio       ${format(median(ratios))} (${format(Math.min(...ratios))} to ${format(Math.max(...ratios))}); aim: at most 1.20`,
  );
}
