/** From pictures and reductions to what drawings of merging are made from: an image encoder, and its text side where a text is given. */
import { basename } from 'node:path';
import type { Engine, SessionOptions } from '../engines/index.js';
import { TurboError } from '../errors/turbo-error.js';
import { patchedPicture } from '../images/patched-picture.js';
import { openMergingTrace, type TracedText } from '../models/merging-trace.js';
import type { Model } from '../models/model.js';
import { crossModalOf } from '../reduction/cross-modal.js';
import type { LayerMerging } from '../reduction/layer-merging.js';
import type { MergingPicture } from '../report/merging/merging-picture.js';
import { shortModelName } from '../report/trial-groups.js';
import { preprocessorOf } from '../runner/open-trial-model.js';
import { textRows, tokenizerOf } from '../tasks/text-batch.js';
import { type ShownReduction, variantOf } from './shown-reductions.js';

export interface MergingPicturesRequest {
  readonly model: Model;
  readonly engine: Engine;
  readonly session: SessionOptions;
  /** Files. */
  readonly images: readonly string[];
  readonly reductions: readonly ShownReduction[];
  readonly text: string | undefined;
}

/** One entry per file. @throws TurboError for a picture or a reduction that does not go with the model */
export async function mergingPictures(request: MergingPicturesRequest): Promise<MergingPicture[]> {
  const { model, engine, session, images, reductions } = request;
  const preprocessor = preprocessorOf(model);
  const text = request.text === undefined ? null : await tracedText(model, request.text, reductions);
  const pictures = [];
  for (const path of images) pictures.push(await patchedPicture(path, preprocessor, model.encoder.patchSize));
  const layers: LayerMerging[][][] = [];
  for (const { spec } of reductions) {
    const trace = await openMergingTrace({ model, engine, session, reduction: spec, text });
    try {
      const ofPictures = [];
      for (const { pixels } of pictures) ofPictures.push(await trace.run(pixels));
      layers.push(ofPictures);
    } finally {
      await trace.release();
    }
  }
  return pictures.map(({ grid, pngBase64, patchColors }, at) => ({
    model: shortModelName(model.reference),
    name: basename(images[at]!),
    text: request.text ?? null,
    grid,
    pngBase64,
    patchColors,
    variants: reductions.map((reduction, which) => variantOf(reduction, layers[which]![at]!)),
  }));
}

const LONGEST_TEXT = 35;

/** The text as ids. @throws TurboError where no text is read beside the picture, or it lets nothing go */
async function tracedText(
  model: Model,
  text: string,
  reductions: readonly ShownReduction[],
): Promise<TracedText> {
  const part = ['match', 'question', 'decoder'].find((name) => model.parts.includes(name));
  if (part === undefined)
    throw new TurboError('The model does not read a text together with one picture.', {
      value: model.architecture,
      allowed: 'BLIP for retrieval, question answering or captioning',
      next: 'leave --text out',
    });
  if (!reductions.some(({ spec }) => crossModalOf(spec) !== null))
    throw new TurboError('No reduction lets the text choose among the image tokens.', {
      value: reductions.map(({ spec }) => spec.method),
      allowed: 'crossModal in at least one --reduction',
      next: "--reduction '{method: turbo, tokensPerLayer: 16, crossModal: {drop: 0.07}}', or leave --text out",
    });
  const { decoderId, encoderId } = model.specialTokens!;
  const lead = part === 'decoder' ? decoderId : encoderId;
  const { ids, mask } = textRows([text], await tokenizerOf(model), LONGEST_TEXT, lead).batch([0]);
  return { part, ids, mask };
}
