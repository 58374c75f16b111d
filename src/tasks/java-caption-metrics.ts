/** METEOR and SPICE as metrics of the captioning task: computed where Java and the jars are, otherwise left out and said so. */
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tokenizeCaptions } from '../metrics/captioning/caption-scores.js';
import type { CaptionedImage } from '../metrics/captioning/captioned-image.js';
import { type JavaTools, javaMetricAvailability } from '../metrics/captioning/java-metrics.js';
import { meteor } from '../metrics/captioning/meteor.js';
import { spice } from '../metrics/captioning/spice.js';
import type { JavaMetricName } from './options.js';
import type { Metrics } from './task.js';

const officialNames = { meteor: 'METEOR', spice: 'SPICE' } as const;

/** The Java of this process's environment. */
export function systemJava(): JavaTools {
  return { environment: process.env, spawn };
}

/** For each metric that cannot be computed here: why, and what to do about it. */
export async function missingJavaMetrics(
  metrics: readonly JavaMetricName[],
  tools: JavaTools,
): Promise<string[]> {
  const answers = await Promise.all(
    metrics.map((name) => javaMetricAvailability(officialNames[name], tools)),
  );
  return answers.flatMap((answer) => (answer.available ? [] : [`${answer.reason}. ${answer.next}`]));
}

/** The metrics that can be computed here. */
export async function javaScores(
  images: readonly CaptionedImage[],
  metrics: readonly JavaMetricName[],
  tools: JavaTools,
): Promise<Metrics> {
  const tokenized = tokenizeCaptions(images);
  const scores: Record<string, number> = {};
  for (const name of metrics) {
    if (!(await javaMetricAvailability(officialNames[name], tools)).available) continue;
    if (name === 'meteor') scores.meteor = (await meteor(tokenized, tools)).meteor;
    else scores.spice = (await spice(tokenized, join(tmpdir(), 'turbo-bench-spice'), tools)).spice;
  }
  return scores;
}
