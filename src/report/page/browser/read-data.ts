/** The data of the page, back from gzip and base64. */
import type { PageData } from '../page-data.js';

export async function readData(base64: string): Promise<PageData> {
  const bytes = Uint8Array.from(atob(base64.trim()), (character) => character.charCodeAt(0));
  const json = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return (await new Response(json).json()) as PageData;
}
