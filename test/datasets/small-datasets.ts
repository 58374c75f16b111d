/** Writes small datasets into temporary folders. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { stringify } from 'yaml';

const made: string[] = [];
afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true }))));

/** A folder with these files; their content is text or bytes, anything else becomes JSON. */
export async function folderOf(files: Record<string, unknown>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dataset-'));
  made.push(folder);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    const plain = typeof content === 'string' || content instanceof Uint8Array;
    await writeFile(join(folder, path), plain ? content : JSON.stringify(content));
  }
  return folder;
}

/** A manifest as YAML, its required keys filled in. */
export const manifest = (name: string, format: string, more: object = {}): string =>
  stringify({
    name,
    title: name,
    format,
    source: 'drawn for a test',
    licences: [{ licence: 'CC0-1.0' }],
    splits: { test: {} },
    layout: { 'somewhere/here.txt': 'what must lie there' },
    obtain: 'Draw it again.',
    ...more,
  });

/** Options that open `name` in a folder of manifests with its data in `files`. */
export async function dataset(
  name: string,
  format: string,
  files: Record<string, unknown>,
  more: object = {},
) {
  const manifests = [await folderOf({ [`${name}.yaml`]: manifest(name, format, more) })];
  return { manifests, root: await folderOf(files) };
}
