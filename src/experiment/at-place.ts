/** Complaints that only arise when an experiment is made ready, told with the place of their value in its file. */
import { TurboError } from '../errors/turbo-error.js';
import { formatPath, valueAt } from '../errors/value-path.js';
import type { LoadedExperiment } from './load.js';
import { parseYaml } from './yaml-source.js';

/** Runs what depends on the value at `path` of an experiment; an empty path is for complaints that name one themselves. */
export type AtPlace = <Value>(
  path: readonly PropertyKey[],
  look: () => Value | Promise<Value>,
) => Promise<Value>;

/**
 * What a complaint is about may be named more closely than by `path`: by its own `where`, if that is a path of the experiment, or
 * by its value, if that stands under `path`.
 */
export function atPlaceOf(loaded: Pick<LoadedExperiment, 'file' | 'text'>): AtPlace {
  return async (path, look) => {
    try {
      return await look();
    } catch (thrown) {
      throw thrown instanceof TurboError ? placed(thrown, path, loaded) : thrown;
    }
  };
}

function placed(
  thrown: TurboError,
  path: readonly PropertyKey[],
  { file, text }: Pick<LoadedExperiment, 'file' | 'text'>,
): TurboError {
  const { what, parts, exitCode } = thrown;
  const source = parseYaml(text, file);
  const own = parts.where ?? '';
  const named = namedPath(own, source.value);
  if (named === undefined && path.length === 0) return thrown;
  const closest = named ?? pathOf([own, parts.value], valueAt(source.value, path), path) ?? path;
  const place = `${source.placeOf(closest)}  ${formatPath(closest)}`;
  const rest = named === undefined && own !== parts.value ? own : '';
  return new TurboError(what, { ...parts, where: [place, rest].filter(Boolean).join(', ') }, exitCode);
}

/** `tasks[0]` of `tasks[0] (text-to-image)`; undefined where the text begins with no key of the experiment. */
function namedPath(where: string, root: unknown): PropertyKey[] | undefined {
  const [written = ''] = /^[A-Za-z]+(?:\.[A-Za-z]+|\[\d+\])*(?= |$)/.exec(where) ?? [];
  const path = written.split(/[.[\]]+/).filter(Boolean);
  const [first] = path;
  if (first === undefined || valueAt(root, [first]) === undefined) return undefined;
  return path.map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

/** Path of the first text under `path` that is one of those looked for. */
function pathOf(
  texts: readonly unknown[],
  value: unknown,
  path: readonly PropertyKey[],
): readonly PropertyKey[] | undefined {
  if (typeof value === 'string') return texts.includes(value) ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  const steps = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  for (const step of steps) {
    const found = pathOf(texts, valueAt(value, [step]), [...path, step]);
    if (found !== undefined) return found;
  }
  return undefined;
}
