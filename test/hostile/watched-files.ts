/** The modules of Node for files, with a note of every path that a caller touches; for `vi.mock`. */

/** Paths that were touched since it was last emptied. */
export const touched = new Set<string>();

/** A copy of a module whose functions note their first argument where it is a path, and the second of those that move or link. */
export function watched<Module extends object>(module: Module): Module {
  const copy = Object.fromEntries(
    Object.entries(module).map(([name, value]: [string, unknown]) => [
      name,
      typeof value === 'function' && /^[a-z]/.test(name)
        ? noting(value as Call, WITH_TWO_PATHS.test(name) ? 2 : 1)
        : value,
    ]),
  );
  return { ...copy, default: copy } as Module;
}

type Call = (...args: unknown[]) => unknown;
const WITH_TWO_PATHS = /^(rename|link|symlink|copyFile|cp)(Sync)?$/;

function noting(call: Call, paths: number): Call {
  return (...args) => {
    for (const path of args.slice(0, paths)) if (typeof path === 'string') touched.add(path);
    return call(...args);
  };
}
