/** A program of its own, like `webgpu-golden.ts`: writes golden captions on WebGPU, where the cache stays, and prints them beside those that they should be. */
import { openEngine } from '../../../src/engines/index.js';
import { generateText, paddedRows } from '../../../src/generation/generate.js';
import { GenerationOptions } from '../../../src/generation/options.js';
import { openTextDecoder } from '../../../src/models/text-decoder.js';
import { crossModalOf, imageTokens, openGolden } from '../../models/blip/blip-golden.js';

const golden = await openGolden('caption');
const engine = await openEngine('onnxruntime');
if (!engine.leavesOutputs!('webgpu')) throw new Error('the cache would not stay on the device');
const captions: Record<string, { written: number[]; expected: number[] }> = {};
for (const name of process.argv.slice(2)) {
  const item = golden.cases.find((candidate) => candidate.name === name)!;
  const { numBeams, maxLength, minLength, repetitionPenalty = 1 } = item;
  const options = GenerationOptions.parse({ numBeams, maxLength, minLength, repetitionPenalty });
  const states = await imageTokens(golden, engine, item.vision!);
  const decoder = await openTextDecoder({
    ...{ model: golden.model, engine, session: { threads: 1, device: 'webgpu' } },
    ...{ imageTokens: states.shape[1]!, imageMask: false, beams: options.numBeams },
    ...{ promptLength: item.prompt!.length, maxLength: options.maxLength, crossModal: crossModalOf(item) },
  });
  const ids = [...Array(states.shape[0]!).keys()];
  const texts = await generateText(
    decoder.begin(states),
    item.prompt!,
    options,
    golden.model.specialTokens!,
    ids,
  );
  await decoder.release();
  const expected = golden.tensor(`${name}.ids`);
  captions[name] = {
    written: [...paddedRows(texts, expected.shape[1]!, golden.ids.pad!)].map(Number),
    expected: [...expected.data].map(Number),
  };
}
process.stdout.write(JSON.stringify(captions));
process.exit(0);
