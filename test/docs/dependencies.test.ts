import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const textOf = (file: string): string => readFileSync(new URL(file, root), 'utf8');

interface Locked {
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
  readonly resolved?: string;
  readonly integrity?: string;
}
const { packages } = JSON.parse(textOf('package-lock.json')) as { packages: Record<string, Locked> };
const installed = Object.entries(packages).filter(([path]) => path !== '');
const nameOf = (path: string): string => path.split('node_modules/').at(-1)!;
const page = textOf('docs/dependencies.md');

describe('docs/dependencies.md', () => {
  it('names every package that runs a script when it is installed, and no other', () => {
    const section = /## Install scripts\n([\s\S]*?)(?=\n## |$)/.exec(page)?.[1] ?? '';
    const listed = [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
    const running = installed
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path]) => nameOf(path));
    expect(listed.sort()).toEqual([...new Set(running)].sort());
  });

  it('names every direct dependency', () => {
    const { dependencies, devDependencies } = JSON.parse(textOf('package.json')) as Record<
      'dependencies' | 'devDependencies',
      Record<string, string>
    >;
    const wildcards = [...page.matchAll(/`([^`*]+)\*`/g)].map(([, start]) => start!);
    // `@oclif/core` 4, `@oclif/plugin-help`, `-autocomplete`: the table shortens names that begin alike.
    const isNamed = (name: string): boolean =>
      page.includes(`\`${name}\``) ||
      wildcards.some((start) => name.startsWith(start)) ||
      [...page.matchAll(/`(-[\w-]+)`/g)].some(([, end]) => name.endsWith(end!));
    const missing = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !isNamed(name));
    expect(missing).toEqual([]);
  });
});

describe('package-lock.json', () => {
  it('takes every package from the registry, with its digest', () => {
    const odd = installed.filter(
      ([, { resolved, integrity }]) =>
        (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/')) ||
        !integrity?.startsWith('sha512-'),
    );
    expect(odd.map(([path]) => path)).toEqual([]);
  });
});
