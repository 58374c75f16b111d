/**
 * The two convolution passes as WebAssembly with 128-bit SIMD, about five times faster than typed-array JavaScript.
 *
 * Source: `resize-kernel.wat` beside this file; `KERNEL_BASE64` is what `wat2wasm` makes of it, and a test holds the
 * two together (`npx tsx bench/assemble-resize-kernel.ts` prints it again).
 */

/** `resize-kernel.wat`, assembled. */
export const KERNEL_BASE64 =
  'AGFzbQEAAAABFwJgCX9/f39/f39/fwBgB39/f39/f38AAwMCAAEFAwEAAQciAwZtZW1vcnkCAApob3Jpem9udGFsAAAIdmVydGlj' +
  'YWwAAQqTBALiAQIHfwF7AkADQCACRQ0BIAchDyAHIAZBA2xqIQogAyEOIAQhDQNAIAAgDigCAGohCSANIQsgCyAOKAIEQQJ0aiEM' +
  '/QwAACAAAAAgAAAAIAAAACAAIRADQCAQIAv9CQIAIAn9XAIA/YkB/akB/bUB/a4BIRAgCUEDaiEJIAtBBGohCyALIAxJDQALIBBB' +
  'Fv2sASEQIBAgEP2FASEQIA8gECAQ/Wb9WgIAACAPQQNqIQ8gDkEIaiEOIA0gBUECdGohDSAPIApJDQALIAAgAWohACAHIAhqIQcg' +
  'AkEBayECDAALCwusAgIEfwh7AkADQCAFRQ0BIAMgAigCBEECdGohCkEAIQgDQCAAIAIoAgBqIAhqIQcgAyEJ/QwAACAAAAAgAAAA' +
  'IAAAACAAIQ8gDyEQIA8hESAPIRIDQCAJ/QkCACEOIAf9AAQAIQsgC/2JASEMIAv9igEhDSAPIA4gDP2pAf21Af2uASEPIBAgDiAM' +
  '/aoB/bUB/a4BIRAgESAOIA39qQH9tQH9rgEhESASIA4gDf2qAf21Af2uASESIAcgAWohByAJQQRqIQkgCSAKSQ0ACyAGIAhqIA9B' +
  'Fv2sASAQQRb9rAH9hQEgEUEW/awBIBJBFv2sAf2FAf1m/QsEACAIQRBqIQggCCABSQ0ACyAGIAFqIQYgAkEIaiECIAMgBEECdGoh' +
  'AyAFQQFrIQUMAAsLCw==';

/** Largest scratch memory kept between images; beyond it the next image starts with a fresh one. */
const KEPT_BYTES = 128 * 2 ** 20;
const PAGE_BYTES = 2 ** 16;

/** The part of the global `WebAssembly` used here; TypeScript declares it only together with the browser's types. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: unknown };
};

/** A growable memory; its buffer is another one after each growth. */
export interface KernelMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

export interface ResizeKernel {
  readonly memory: KernelMemory;
  /** rows × [in, 3] → rows × [outputs, 3] */
  horizontal(
    source: number,
    sourceStride: number,
    rows: number,
    bounds: number,
    weights: number,
    taps: number,
    outputs: number,
    target: number,
    targetStride: number,
  ): void;
  /** [in rows, stride] → [outputs, stride] */
  vertical(
    source: number,
    stride: number,
    bounds: number,
    weights: number,
    taps: number,
    outputs: number,
    target: number,
  ): void;
}

let compiled: object | undefined;
let kept: ResizeKernel | undefined;

/** The kernel of this thread, its memory grown to at least `bytes`. Its content is undefined. */
export function resizeKernel(bytes: number): ResizeKernel {
  compiled ??= new WebAssembly.Module(Buffer.from(KERNEL_BASE64, 'base64'));
  const kernel = kept ?? (new WebAssembly.Instance(compiled).exports as ResizeKernel);
  const missing = bytes - kernel.memory.buffer.byteLength;
  if (missing > 0) kernel.memory.grow(Math.ceil(missing / PAGE_BYTES));
  kept = kernel.memory.buffer.byteLength <= KEPT_BYTES ? kernel : undefined;
  return kernel;
}
