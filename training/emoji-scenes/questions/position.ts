/**
 * "Where is the cat?" of what is there once and clearly within one of nine places, and "what is in the bottom right?"
 * of a place that holds one thing while all else, symbols included, is clearly elsewhere.
 */
import { type Facts, shownOnce } from '../facts.js';
import { classKinds } from '../kinds.js';
import { areas, cells, clearlyIn, clearlyOut } from '../places.js';
import type { PlacedObject } from '../scene.js';
import type { Maker } from './question.js';

export const whereIs: Maker = (random, facts) =>
  shownOnce(facts).flatMap(({ kind, object }) => {
    const place = cells.find((cell) => clearlyIn(cell, object));
    if (place === undefined) return [];
    const question = random.pick([
      `where is the ${kind.name}?`,
      `where in the picture is the ${kind.name}?`,
      `in which part of the picture is the ${kind.name}?`,
      `where can you see the ${kind.name}?`,
    ]);
    return [{ type: 'where is', form: 'place', question, answer: place.name, about: [object] }];
  });

export const whatIsAt: Maker = (random, facts) =>
  areas.flatMap((place) => {
    const object = onlyOne(
      facts,
      (one) => clearlyIn(place, one),
      (one) => clearlyOut(place, one),
    );
    if (object === undefined) return [];
    const where = random.pick(place.phrases);
    const question = random.pick([
      `what is ${where}?`,
      `what is ${where} of the picture?`,
      `what do you see ${where}?`,
      `what can be seen ${where}?`,
    ]);
    const answer = classKinds[object.concept]!.name;
    return [{ type: 'what is', form: 'at a place', question, answer, about: [object] }];
  });

/** The one clear, named object that `holds`, if everything else is `ruledOut`. */
export function onlyOne(
  facts: Facts,
  holds: (object: PlacedObject) => boolean,
  ruledOut: (object: PlacedObject) => boolean,
): PlacedObject | undefined {
  const left = facts.objects.filter((object) => !ruledOut(object));
  const [object] = left;
  if (object === undefined || left.length > 1 || object.distractor) return undefined;
  return holds(object) && !facts.hidden.includes(object) ? object : undefined;
}
