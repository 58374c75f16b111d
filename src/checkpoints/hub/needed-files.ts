/** Which files of a repository turbo-bench loads; a model page often holds the same weights in five formats. */
import { weightFileNames } from '../weight-files.js';

const besideTheWeights = new Set([
  'config.json',
  'preprocessor_config.json',
  'processor_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.json',
  'vocab.txt',
  'merges.txt',
]);

/** Configuration, preprocessing and tokenizer files among `listed`. */
export function neededBesideWeights(listed: readonly string[]): string[] {
  return listed.filter((name) => besideTheWeights.has(name));
}

/** Whether these files make a tokenizer. */
export function holdsTokenizer(names: readonly string[]): boolean {
  const has = (name: string): boolean => names.includes(name);
  return has('tokenizer.json') || has('vocab.txt') || (has('vocab.json') && has('merges.txt'));
}

/** The one weight file or index to take, safetensors before pickles; undefined when there is none. */
export function neededWeights(listed: readonly string[], variant?: string): string | undefined {
  return weightFileNames(variant).find((name) => listed.includes(name));
}
