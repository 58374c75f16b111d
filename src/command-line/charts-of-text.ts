/** The charts that an experiment's text asks for; the text may be of another version, so nothing else in it is looked at. */
import { z } from 'zod';
import type { ChartChoice } from '../report/charts/registry.js';
import { parseBoundedYaml } from '../yaml/bounded-yaml.js';

const Charts = z.object({ charts: z.union([z.literal('none'), z.array(z.string())]) });

export function chartsOfText(text: string | undefined): ChartChoice {
  const parsed = Charts.safeParse(parsedOrNothing(text ?? ''));
  if (!parsed.success) return 'default';
  return parsed.data.charts === 'none' ? [] : parsed.data.charts;
}

function parsedOrNothing(text: string): unknown {
  try {
    return parseBoundedYaml(text, 'the journal');
  } catch {
    return undefined;
  }
}
