import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { classes, concepts } from '../../../training/emoji-scenes/concepts.js';

const require = createRequire(import.meta.url);
const emoji = require('emojibase-data/en/compact.json') as { label: string; group?: number }[];
const { groups } = require('emojibase-data/en/messages.json') as { groups: { key: string; order: number }[] };

const slug = (label: string): string =>
  label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/-$/, '');
const groupOf = new Map(
  emoji.map(({ label, group }) => [slug(label), groups.find(({ order }) => order === group)?.key]),
);

describe('the concepts', () => {
  it('stand in emojibase-data, classes under the same group', () => {
    const misplaced = classes.filter(({ id, group }) => groupOf.get(id) !== group);
    expect(misplaced.map(({ id }) => [id, groupOf.get(id)])).toEqual([]);
  });

  it('have different names, in singular and in plural', () => {
    expect(new Set(concepts.map(({ id }) => id)).size).toBe(concepts.length);
    expect(new Set(classes.map(({ name }) => name)).size).toBe(classes.length);
    expect(new Set(classes.map(({ plural }) => plural)).size).toBe(classes.length);
  });

  it('leave out people, flags, faces of smileys and symbols among the classes', () => {
    for (const { group } of classes) {
      expect(['animals-nature', 'food-drink', 'travel-places', 'activities', 'objects']).toContain(group);
    }
  });
});
