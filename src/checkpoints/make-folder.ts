/**
 * Makes a folder that a user names, with those above it.
 *
 * Node's `mkdirSync(folder, { recursive: true })` never returns where the system says that a folder is missing right inside one that exists, as /proc does:
 * it goes up and down between the two for ever, deaf to signals.
 */
import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { systemCode } from '../errors/turbo-error.js';

/** @throws a system error: EEXIST or ENOTDIR where there is a file in the way, ENOENT where a file system makes no folders */
export function makeFolder(folder: string): void {
  const missing: string[] = [];
  for (let level = resolve(folder); !isThere(level); level = dirname(level)) missing.push(level);
  for (const level of missing.reverse()) makeLevel(level);
  if (missing.length === 0) makeLevel(folder);
}

/** Roots are there; what cannot be looked at is left to `mkdir` to complain about. */
function isThere(folder: string): boolean {
  if (dirname(folder) === folder) return true;
  try {
    return statSync(folder, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

/** Another process may have been faster. */
function makeLevel(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (thrown) {
    if (systemCode(thrown) !== 'EEXIST' || !statSync(folder).isDirectory()) throw thrown;
  }
}
