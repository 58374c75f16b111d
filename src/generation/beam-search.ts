/**
 * Beam search as transformers 5 does it.
 *
 * - Score of a text: sum of the log-probabilities of its new tokens, the end token included, over (number of new tokens)^lengthPenalty.
 * - Each step looks at the 2·beams best continuations; one that ends counts only among the first `beams`.
 * - `minLength` and the repetition penalty act on log-probabilities.
 * - Without early stopping an image is done once `beams` texts are finished and the best running one, scored at its present length, is not above
 *   the worst of them. At `maxLength` the running ones count as finished.
 *
 * Source: `_beam_search` of transformers' `generate` (5.x).
 */
import { TurboError } from '../errors/turbo-error.js';
import { adjustRow } from './adjust-logits.js';
import type { GenerationOptions } from './options.js';
import type { GeneratedSequence, NextTokens, SearchTokens, SequenceDecoder } from './sequence-decoder.js';

interface Beam {
  readonly ids: readonly number[];
  /** Sum of log-probabilities. */
  readonly sum: number;
}

interface Finished {
  readonly ids: readonly number[];
  readonly score: number;
}

/** The search of one image. */
interface Search {
  readonly image: number;
  beams: readonly Beam[];
  /** Best first, at most `numBeams`. */
  finished: Finished[];
}

/** A continuation: which beam, which token, and the sum with it. */
interface Candidate {
  readonly beam: number;
  readonly token: number;
  readonly sum: number;
}

export async function beamSearch(
  decoder: SequenceDecoder,
  prompt: readonly number[],
  options: GenerationOptions,
  { endId }: SearchTokens,
): Promise<GeneratedSequence[]> {
  const searches: Search[] = Array.from({ length: decoder.images }, (_, image) => ({
    image,
    beams: [{ ids: [...prompt], sum: 0 }],
    finished: [],
  }));
  let running = searches;
  let next = await decoder.start(prompt);
  checkVocabulary(next.vocabulary, options.numBeams);
  for (;;) {
    const tokens: number[] = [];
    const parents: number[] = [];
    const stay: number[] = [];
    running.forEach((search, row) => {
      const candidates = bestCandidates(search.beams, next, row, options, endId);
      const chosen = advance(search, candidates, options, endId, prompt.length);
      if (chosen === null) return;
      stay.push(row);
      tokens.push(...chosen.map(({ token }) => token));
      parents.push(...chosen.map(({ beam }) => beam));
    });
    if (stay.length === 0) break;
    if (stay.length < running.length) await decoder.keep(stay);
    running = stay.map((row) => running[row]!);
    next = await decoder.step(tokens, parents);
  }
  return searches.map(({ finished }) => finished[0]!);
}

/** With fewer continuations than the search looks at, beams would be missing. */
function checkVocabulary(vocabulary: number, numBeams: number): void {
  if (2 * numBeams <= vocabulary) return;
  throw new TurboError('There are more beams than the vocabulary can feed.', {
    value: `${numBeams} beams, ${vocabulary} tokens`,
    allowed: `at most ${Math.floor(vocabulary / 2)} beams`,
  });
}

/** The 2·beams best continuations of an image's beams, best first; equal sums in the order of beam and token. */
function bestCandidates(
  beams: readonly Beam[],
  { logits, vocabulary, logNormalizer }: NextTokens,
  image: number,
  options: GenerationOptions,
  endId: number,
): Candidate[] {
  const wanted = 2 * options.numBeams;
  const best: Candidate[] = [];
  beams.forEach(({ ids, sum }, beam) => {
    const at = image * beams.length + beam;
    const row = logits.subarray(at * vocabulary, (at + 1) * vocabulary);
    const normalizer = logNormalizer[at]!;
    for (let token = 0; token < vocabulary; token++) row[token]! -= normalizer;
    adjustRow(row, ids, { ...options, endId });
    for (let token = 0; token < vocabulary; token++) {
      const total = sum + row[token]!;
      if (best.length === wanted && !(total > best[wanted - 1]!.sum)) continue;
      let place = best.length;
      while (place > 0 && total > best[place - 1]!.sum) place--;
      best.splice(place, 0, { beam, token, sum: total });
      if (best.length > wanted) best.pop();
    }
  });
  return best;
}

/** Takes an image one step further; the continuations that go on, or null when the image is done. */
function advance(
  search: Search,
  candidates: readonly Candidate[],
  { numBeams, maxLength, lengthPenalty, earlyStopping }: GenerationOptions,
  endId: number,
  promptLength: number,
): Candidate[] | null {
  const length = search.beams[0]!.ids.length + 1;
  const scoreOf = (sum: number): number => sum / (length - promptLength) ** lengthPenalty;
  const atEnd = length >= maxLength;
  const ends = ({ token }: Candidate): boolean => token === endId || atEnd;
  const idsOf = ({ beam, token }: Candidate): number[] => [...search.beams[beam]!.ids, token];

  const ended = candidates.slice(0, numBeams).filter(ends);
  search.finished = [
    ...search.finished,
    ...ended.map((candidate) => ({ ids: idsOf(candidate), score: scoreOf(candidate.sum) })),
  ]
    .sort((a, b) => b.score - a.score)
    .slice(0, numBeams);
  const chosen = candidates.filter((candidate) => !ends(candidate)).slice(0, numBeams);
  if (atEnd || chosen.length === 0) return null;
  if (search.finished.length === numBeams) {
    if (earlyStopping || !(scoreOf(chosen[0]!.sum) > search.finished.at(-1)!.score)) return null;
  }
  search.beams = chosen.map((candidate) => ({ ids: idsOf(candidate), sum: candidate.sum }));
  return chosen;
}
