/**
 * JSON as untrusted files need it: bounded nesting, and duplicate keys refused.
 *
 * `JSON.parse` silently keeps the last of two equal keys, so that one file could mean two things to two readers.
 */
import { messageOf, TurboError } from '../errors/turbo-error.js';

/**
 * Parses `text` and refuses nesting deeper than `maxDepth` before anything is built.
 *
 * @param where file name for the error message
 */
export function parseStrictJson(text: string, maxDepth: number, where: string): unknown {
  scan(text, maxDepth, where);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TurboError(`This is not valid JSON: ${messageOf(cause)}.`, { where, cause });
  }
}

/** Walks over brackets and strings only; whatever else is malformed is left for `JSON.parse` to report. */
function scan(text: string, maxDepth: number, where: string): void {
  /** Keys seen in each open object; null for an open array. */
  const open: (Set<string> | null)[] = [];
  const interesting = /["{}[\]]/g;
  for (let match = interesting.exec(text); match !== null; match = interesting.exec(text)) {
    const character = match[0];
    if (character === '{' || character === '[') {
      open.push(character === '{' ? new Set() : null);
      if (open.length > maxDepth) {
        throw new TurboError(`The JSON is nested more than ${maxDepth} levels deep.`, {
          where,
          next: 'get the file from its source again; no real file of this kind is nested so deep',
        });
      }
    } else if (character === '"') {
      const end = endOfString(text, match.index);
      interesting.lastIndex = end;
      const keys = open.at(-1);
      if (keys && isFollowedByColon(text, end)) addKey(keys, text.slice(match.index, end), where);
    } else open.pop();
  }
}

/** Index just behind the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5c) i++;
    else if (code === 0x22) return i + 1;
  }
  return text.length;
}

function isFollowedByColon(text: string, index: number): boolean {
  let i = index;
  while (i < text.length && ' \t\r\n'.includes(text[i]!)) i++;
  return text[i] === ':';
}

function addKey(keys: Set<string>, quoted: string, where: string): void {
  const key = unquote(quoted);
  if (keys.has(key)) {
    throw new TurboError('The JSON has the same key twice.', {
      value: key,
      where,
      next: 'get the file from its source again; which of the two is meant cannot be known',
    });
  }
  keys.add(key);
}

/** The key as `JSON.parse` would see it, so that `"\u0061"` equals `"a"`. */
function unquote(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted;
  }
}
