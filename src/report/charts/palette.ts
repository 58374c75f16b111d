/**
 * Colours and shapes that readers with any kind of colour vision can tell apart.
 *
 * Colours: Okabe and Ito, "Color Universal Design" (2008). Every series has a shape of its own as well, for print in grey.
 */
import { BASELINE_METHOD } from '../trial-row.js';

export const INK = '#1F2328';
export const QUIET = '#59636E';
export const GRID = '#E4E8EC';
/** The Pareto front, behind everything. */
export const FRONT_COLOR = '#C9D1D9';
/** The unreduced model. */
export const BASELINE_COLOR = '#000000';

/** Okabe–Ito without black, which is the baseline's, and with yellow last: it is faint on white. */
const HUES = [
  '#0072B2',
  '#E69F00',
  '#009E73',
  '#CC79A7',
  '#D55E00',
  '#56B4E9',
  '#8C6D1F',
  '#F0E442',
] as const;

/** A method keeps its hue from chart to chart; what reduces nothing in another precision than the baseline's is grey. */
const METHOD_HUES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    turbo: HUES[0],
    tome: HUES[1],
    pruning: HUES[2],
    random: HUES[3],
    tomesd: HUES[4],
    [BASELINE_METHOD]: QUIET,
  }),
);

/** A five-pointed star for the unreduced model, as a path in [−1, 1]². */
export const BASELINE_SHAPE =
  'M0,-1L0.22,-0.31L0.95,-0.31L0.36,0.12L0.59,0.81L0,0.38L-0.59,0.81L-0.36,0.12L-0.95,-0.31L-0.22,-0.31Z';

const SHAPES = ['circle', 'square', 'triangle-up', 'diamond', 'triangle-down', 'cross', 'triangle-right'];

export function hueAt(index: number): string {
  return HUES[index % HUES.length]!;
}

/** The hue of a method, or the next one that no known method uses. */
export function methodHue(method: string, unknownIndex: number): string {
  return METHOD_HUES.get(method) ?? hueAt(5 + unknownIndex);
}

export function shapeAt(index: number): string {
  return SHAPES[index % SHAPES.length]!;
}

/** `count` shades of one hue, from light to dark; the hue itself when there is one. */
export function shades(hue: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const position = count === 1 ? 0 : (2 * index) / (count - 1) - 1;
    return position < 0 ? mixed(hue, 255, -position * 0.5) : mixed(hue, 0, position * 0.5);
  });
}

/** A darker tone for text, which is thinner than a mark. */
export function textTone(color: string): string {
  return mixed(color, 0, 0.25);
}

/** `share` of the way from a colour to grey level `level`. */
function mixed(hue: string, level: number, share: number): string {
  const channels = [1, 3, 5].map((at) => Number.parseInt(hue.slice(at, at + 2), 16));
  const moved = channels.map((channel) => Math.round(channel + (level - channel) * share));
  return `#${moved.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}
