/** What of a model counts in the key of a trial, be it measured or a judge of pictures: weights, configuration, preprocessing and tokenizer. */
import { digestOfDescription } from '../checkpoints/described-digest.js';
import type { Model } from '../models/model.js';

/** Of the weights, and of the files beside them and beside a tokenizer named apart. */
export async function modelDigest(model: Model): Promise<string> {
  const folders = [model.folder, model.tokenizerFolder].filter((folder) => folder !== null);
  const weights = await model.digest();
  return folders.length === 0 ? weights : `${weights} ${digestOfDescription(folders)}`;
}
