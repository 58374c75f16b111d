/** Rows that may be compared with each other: one model on one task and dataset, on one device and in batches of one size. */
import { isBaseline, type TrialRow } from './trial-row.js';

export interface TrialGroup {
  model: string;
  task: string;
  dataset: string;
  device: string;
  /** Samples in one batch; null where it is not known. */
  batchSize: number | null;
  /** `CPU, 2 threads`, and the batch size where groups differ in it: `CPU, 2 threads, batch 8`. */
  setting: string;
  rows: readonly TrialRow[];
  /** The unreduced model, when it has a valid result. */
  baseline: TrialRow | undefined;
  /** For file names: `emoji-clip-classification-emoji-objects`. */
  slug: string;
  /** For people: `emoji-clip · classification on emoji-objects · CPU, 2 threads · 2,000 samples`. */
  title: string;
}

/** Groups in the order in which their first row comes. */
export function groupTrials(rows: readonly TrialRow[]): TrialGroup[] {
  const groups = new Map<string, TrialRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.model, row.task, row.dataset, row.device, row.batchSize ?? null]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const devices = new Set(rows.map((row) => row.device));
  const batchSizes = new Set(rows.map((row) => row.batchSize ?? null));
  return [...groups.values()].map((members) => {
    const { model, task, dataset, device, batchSize = null } = members[0]!;
    const batch = batchSizes.size > 1 ? [batchSize === null ? 'batch unknown' : `batch ${batchSize}`] : [];
    const samples = Math.max(...members.map((row) => row.samples ?? 0));
    const parts = [shortModelName(model), task, dataset, ...(devices.size > 1 ? [device] : []), ...batch];
    const title = [
      shortModelName(model),
      dataset === '' ? task : `${task} on ${dataset}`,
      device,
      ...batch,
      samples > 0 ? `${samples.toLocaleString('en')} samples` : '',
    ];
    return {
      ...{ model, task, dataset, device, batchSize, rows: members },
      setting: [device, ...batch].join(', '),
      baseline: members.find((row) => isBaseline(row) && row.status === 'completed'),
      slug: slugOf(parts.join('-')),
      title: title.filter((part) => part !== '').join(' · '),
    };
  });
}

/** The last part of a path (`./models/emoji-clip`); a hub id stays whole (`openai/clip-vit-base-patch16`). */
export function shortModelName(model: string): string {
  const isPath = model.startsWith('.') || model.startsWith('/') || model.split('/').length > 2;
  return isPath ? (model.split('/').filter(Boolean).at(-1) ?? model) : model;
}

/** Bytes of UTF-8. With what charts put before and behind it, and a number, a name stays below the 255 of most file systems. */
const LONGEST_SLUG = 200;

/**
 * Letters and digits of every script and dots kept, in lower case, everything else one hyphen: `CLIP+` and `clip` are both `clip`.
 * Files of one folder tell such names apart by `distinctNames`.
 */
export function slugOf(text: string): string {
  const words = text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/[^\p{L}\p{M}\p{N}.]+/gu, '-')
    .replace(/^[-.]+/, '');
  const { read } = new TextEncoder().encodeInto(words, new Uint8Array(LONGEST_SLUG));
  return words.slice(0, read).replace(/[-.]+$/, '');
}
