/** What a reader sees of a chart: its words, its points, its lines. */
import { expect } from 'vitest';
import type { ChartDefinition, Drawing } from '../../../src/report/charts/chart-definition.js';
import type { PlotPoint } from '../../../src/report/charts/layers-of-marks.js';
import { renderSvg } from '../../../src/report/render.js';
import type { TrialRow } from '../../../src/report/trial-row.js';
import { exampleRow } from '../example-rows.js';

export interface Layer {
  mark: { type: string; fill?: string; strokeWidth?: number };
  data: { values: PlotPoint[] };
  encoding: Record<string, { scale?: { domain: string[] }; axis?: { title: string } }>;
}

/** The only drawing of a chart. */
export function onlyDrawing(chart: ChartDefinition, rows: readonly TrialRow[]): Drawing {
  const drawings = chart.draw(rows);
  expect(drawings).toHaveLength(1);
  return drawings[0]!;
}

/** The layers of a drawing, all panels together. */
export function layersOf({ spec }: Drawing): Layer[] {
  const parts = spec as unknown as { layer?: Layer[]; hconcat?: { layer: Layer[] }[] };
  return parts.layer ?? parts.hconcat!.flatMap(({ layer }) => layer);
}

export function pointsOf(drawing: Drawing): PlotPoint[] {
  return layersOf(drawing)
    .filter(({ mark }) => mark.type === 'point')
    .flatMap(({ data }) => data.values);
}

export function subtitleOf({ spec }: Drawing): string {
  return (spec as unknown as { title: { subtitle: string[] } }).title.subtitle.join(' · ');
}

/** The entries of the legend in their order. */
export function legendOf(drawing: Drawing): string[] {
  return layersOf(drawing).find(({ mark }) => mark.type === 'point')!.encoding.color!.scale!.domain;
}

/** All words that are drawn, without those that the layout hides. */
export async function wordsOf({ spec }: Drawing): Promise<string[]> {
  const svg = await renderSvg(spec);
  const texts = [...svg.matchAll(/<text\b([^>]*)>([^<]*)</g)];
  return texts.filter(([, attributes]) => !attributes!.includes('opacity="0"')).map(([, , text]) => text!);
}

/** The unreduced model, in another precision where one is given. */
export function unreduced(precision?: string): TrialRow {
  return exampleRow({
    ...{ trial: `none-${precision ?? ''}`, speedup: precision ? 1.1 : 1, flopRatio: 1, imagesPerSecond: 100 },
    parameters: precision === undefined ? {} : { precision },
    metrics: { top1: 0.8 },
  });
}

/** A reduced trial that says in its id what it was given. */
export function reducedBy(parameters: TrialRow['parameters'], method = 'tome'): TrialRow {
  const { tokensPerLayer: r, ratio } = parameters;
  const strength = typeof r === 'number' ? r / 20 : typeof ratio === 'number' ? ratio : 0.3;
  return exampleRow({
    ...{ trial: [method, ...Object.values(parameters)].join(' '), method, parameters },
    ...{ speedup: 1 + strength, speedupLow: 0.97 + strength, speedupHigh: 1.03 + strength },
    ...{ flopRatio: 1.1 + strength, imagesPerSecond: 100 * (1 + strength) },
    metrics: { top1: 0.8 - strength / 10 },
  });
}
