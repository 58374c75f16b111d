/**
 * The nine places of a picture and its four sides, as boxes that an object's centre is clearly in or clearly out of.
 */
import type { PlacedObject } from './scene.js';

/** A named part of the picture. */
export interface Place {
  /** As an answer says it: `top left`. */
  readonly name: string;
  /** As a question says it: `in the top left`. */
  readonly phrases: readonly string[];
  readonly columns: Interval;
  readonly rows: Interval;
}

type Interval = readonly [from: number, to: number];

// The bounds of `position` in grammar.ts; the outer ones lie outside the picture.
const first: Interval = [-1, 0.36];
const second: Interval = [0.36, 0.64];
const third: Interval = [0.64, 2];
const whole: Interval = [-1, 2];

const corner = (name: string, rows: Interval, columns: Interval): Place => {
  return { name, phrases: [`in the ${name}`, `in the ${name} corner`], rows, columns };
};

const corners: readonly Place[] = [
  corner('top left', first, first),
  corner('top right', first, third),
  corner('bottom left', third, first),
  corner('bottom right', third, third),
];
const middle: Place = { name: 'middle', phrases: ['in the middle'], rows: second, columns: second };

/** The nine cells: where a thing is. */
export const cells: readonly Place[] = [
  ...corners,
  middle,
  { name: 'top', phrases: ['at the top'], rows: first, columns: second },
  { name: 'bottom', phrases: ['at the bottom'], rows: third, columns: second },
  { name: 'left', phrases: ['on the left'], rows: second, columns: first },
  { name: 'right', phrases: ['on the right'], rows: second, columns: third },
];

/** Corners, middle and whole sides: what is there. */
export const areas: readonly Place[] = [
  ...corners,
  middle,
  { name: 'top', phrases: ['at the top'], rows: first, columns: whole },
  { name: 'bottom', phrases: ['at the bottom'], rows: third, columns: whole },
  { name: 'left', phrases: ['on the left'], rows: whole, columns: first },
  { name: 'right', phrases: ['on the right'], rows: whole, columns: third },
];

/** How far inside a place a centre must be to be said to be there. */
const inside = 0.03;
/** How far outside a place a centre must be to be left out of it. */
const outside = 0.08;

export const clearlyIn = (place: Place, object: PlacedObject): boolean => within(place, object, -inside);
export const clearlyOut = (place: Place, object: PlacedObject): boolean => !within(place, object, outside);

function within({ columns, rows }: Place, { x, y }: PlacedObject, slack: number): boolean {
  const holds = ([from, to]: Interval, value: number): boolean => value > from - slack && value < to + slack;
  return holds(columns, x) && holds(rows, y);
}
