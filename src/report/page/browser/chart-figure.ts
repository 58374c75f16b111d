/** A chart on the page: the Vega-Lite definition of the files, at the width and in the colours of the page. */
import type { TopLevelSpec } from 'vega-lite';
import { CHART_PADDING } from '../../charts/theme.js';
import { darkChart } from '../dark-chart.js';
import { element } from './element.js';

/** How far the last label of an axis may reach beyond the marks. */
const LABEL_OVERHANG = 8;
/** Around a chart on the page, where its column has room of its own. */
const PAGE_PADDING = 2;

declare const vega: typeof import('vega');
declare const vegaLite: typeof import('vega-lite');

/** What a chart needs to know of the page around it. */
export interface ChartSurroundings {
  readonly isDark: boolean;
  /** Called with the id of a trial whose mark is clicked. */
  readonly onTrial: (trial: string) => void;
  /** What to say about a trial under the pointer. */
  readonly describe: (trial: string) => string;
}

interface Layer {
  readonly data?: { readonly values?: readonly Readonly<Record<string, unknown>>[] };
  readonly encoding?: Readonly<Record<string, unknown>>;
}

/** The parts of a specification that the page changes. */
type Spec = TopLevelSpec & {
  readonly title?: { readonly text: string; readonly subtitle: readonly string[] };
  readonly description?: string;
  readonly layer?: readonly Layer[];
};

const views = new Map<Element, { finalize(): void }>();

/** Lets go of charts that are no longer on the page. */
export function forgetRemovedCharts(): void {
  for (const [host, view] of views)
    if (!host.isConnected) {
      view.finalize();
      views.delete(host);
    }
}

/** The width to draw a chart with that is to fill `columnWidth` pixels of the page: its marks reach the edges. */
export function chartWidth(columnWidth: number): number {
  return Math.max(300, Math.floor(columnWidth)) + 2 * CHART_PADDING - 2 * PAGE_PADDING - LABEL_OVERHANG;
}

/** The question of a chart as heading where it needs one, how to read it, and room for the drawing. */
export function chartFigure(
  drawing: TopLevelSpec,
  heading: 'h3' | 'none',
): { figure: HTMLElement; host: HTMLElement } {
  const { title, description } = drawing as Spec;
  const host = element('div', { class: 'chart', role: 'img', 'aria-label': description ?? '' });
  const caption = title === undefined ? [] : [element('figcaption', {}, title.subtitle.join(' · '))];
  const headings = heading === 'h3' && title !== undefined ? [element('h3', {}, title.text)] : [];
  return { figure: element('figure', {}, ...headings, ...caption, host), host };
}

/** Draws into `host`. @param ringed a trial to draw a ring around */
export async function drawChart(
  host: HTMLElement,
  drawing: TopLevelSpec,
  { isDark, onTrial, describe }: ChartSurroundings,
  ringed?: string,
): Promise<void> {
  const { title: _, ...untitled } = withRing(drawing as Spec, ringed) as Spec;
  const spec = { ...untitled, padding: PAGE_PADDING } as TopLevelSpec;
  const compiled = vegaLite.compile(isDark ? darkChart(spec) : spec).spec;
  const view = new vega.View(vega.parse(compiled), { renderer: 'svg', container: host, hover: false });
  views.get(host)?.finalize();
  views.set(host, view);
  view.addEventListener('click', (_event, item) => {
    const trial = trialOf(item);
    if (trial !== '') onTrial(trial);
  });
  view.addEventListener('mousemove', (event, item) => {
    const trial = trialOf(item);
    host.classList.toggle('pointing', trial !== '');
    showTip(trial === '' ? '' : describe(trial), event as MouseEvent);
  });
  view.addEventListener('mouseout', () => showTip('', undefined));
  await view.runAsync();
  // The host says what the drawing shows; its marks would be read one by one.
  host.querySelector('svg')?.setAttribute('aria-hidden', 'true');
  host.dataset.drawn = 'true';
}

/** The trial of a mark; lines and labels have none. */
function trialOf(item: unknown): string {
  const datum = (item as { datum?: { trial?: unknown } } | null | undefined)?.datum;
  return typeof datum?.trial === 'string' ? datum.trial : '';
}

/** A ring around the point of a trial, in the chart that has it. */
function withRing(spec: Spec, ringed: string | undefined): TopLevelSpec {
  const points = spec.layer?.filter(({ data }) => data?.values?.some(({ trial }) => trial === ringed)) ?? [];
  const layer = points.at(-1);
  if (ringed === undefined || ringed === '' || layer === undefined) return spec;
  const { x, y } = layer.encoding ?? {};
  const ring = {
    data: { values: layer.data!.values!.filter(({ trial }) => trial === ringed) },
    mark: {
      type: 'point',
      shape: 'circle',
      size: 420,
      strokeWidth: 2,
      filled: false,
      color: '#59636E',
      opacity: 1,
    },
    encoding: { x, y },
  };
  return { ...spec, layer: [...spec.layer!, ring] } as TopLevelSpec;
}

const tip = element('div', { class: 'tip', 'aria-hidden': 'true' });

function showTip(text: string, event: MouseEvent | undefined): void {
  if (!tip.isConnected) document.body.append(tip);
  tip.textContent = text;
  tip.hidden = text === '';
  if (event === undefined || text === '') return;
  const left = Math.min(event.clientX + 14, window.innerWidth - tip.offsetWidth - 8);
  tip.style.left = `${Math.max(8, left)}px`;
  tip.style.top = `${event.clientY + 16}px`;
}
