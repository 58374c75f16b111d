/** Assembles `src/images/resize-kernel.wat` and prints the text that `KERNEL_BASE64` must hold. */
import { readFile } from 'node:fs/promises';
import wabt from 'wabt';

const SOURCE = new URL('../src/images/resize-kernel.wat', import.meta.url);

/** The module's bytes. */
export async function assembleResizeKernel(): Promise<Uint8Array> {
  const { parseWat } = await wabt();
  const module = parseWat('resize-kernel.wat', await readFile(SOURCE, 'utf8'), { simd: true });
  const { buffer } = module.toBinary({});
  module.destroy();
  return buffer;
}

if (import.meta.filename === process.argv[1]) {
  process.stdout.write(`${Buffer.from(await assembleResizeKernel()).toString('base64')}\n`);
}
