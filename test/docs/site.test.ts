import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildSite, repository } from '../../docs/site/build-site.js';
import { commandReference } from '../../docs/site/command-reference.js';
import { renderMarkdown } from '../../docs/site/markdown.js';

const folder = path.join(mkdtempSync(path.join(tmpdir(), 'site-')), 'docs');
let files: string[];
beforeAll(() => {
  files = buildSite(folder);
});
afterAll(() => rmSync(path.dirname(folder), { recursive: true }));

const htmlOf = (file: string): string => readFileSync(path.join(folder, file), 'utf8');
const pages = () => files.filter((file) => file.endsWith('.html'));
const attributes = (html: string, name: string): string[] =>
  [...html.matchAll(new RegExp(`\\s${name}="([^"]*)"`, 'g'))].map(([, value]) => value!);

describe('the built site', () => {
  it('holds what it says and nothing else', () => {
    const present = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    expect(present.filter((file) => statSync(path.join(folder, file)).isFile()).sort()).toEqual(
      [...files].sort(),
    );
  });

  it('has no link or picture that leads nowhere', () => {
    const ids = new Map(pages().map((file) => [file, new Set(attributes(htmlOf(file), 'id'))]));
    const dead = pages().flatMap((file) =>
      [...attributes(htmlOf(file), 'href'), ...attributes(htmlOf(file), 'src')]
        .filter((target) => !/^(https?:|mailto:|data:)/.test(target))
        .filter((target) => {
          const [name, anchor] = target.split('#');
          const page = name === '' ? file : name!;
          if (!existsSync(path.join(folder, page))) return true;
          return anchor !== undefined && !ids.get(page)?.has(anchor);
        })
        .map((target) => `${file}: ${target}`),
    );
    expect(dead).toEqual([]);
  });

  it('loads nothing from elsewhere and runs no script', () => {
    for (const file of pages()) {
      const html = htmlOf(file);
      expect(html).toContain("default-src 'none'");
      expect(html).not.toMatch(/<script|<iframe|\sstyle="|\son\w+="/i);
      for (const source of attributes(html, 'src')) expect(source).toMatch(/^images\//);
      for (const [, address] of html.matchAll(/<link [^>]*href="([^"]*)"/g))
        expect(address).toMatch(/^(data:,|style\.css)$/);
    }
    expect(htmlOf('style.css')).not.toMatch(/url\((?!inter-)|@import/);
  });

  it('lets everything that scrolls be reached by the keyboard', () => {
    for (const file of pages())
      expect(htmlOf(file)).not.toMatch(/<pre>|<div class="wide"(?![^>]*tabindex="0")/);
  });

  it('names every page in every page, and marks the one that is shown', () => {
    for (const file of pages()) {
      const html = htmlOf(file);
      for (const other of pages()) expect(html).toContain(`href="${other}"`);
      expect(html).toContain(`href="${file}" aria-current="page"`);
      expect(html.match(/<h1[ >]/g)?.length).toBeGreaterThan(0);
    }
  });

  it('leads to files of the repository where it is told where that is', () => {
    const other = path.join(path.dirname(folder), 'published');
    buildSite(other, { sourceUrl: 'https://example.org/blob/main/' });
    expect(readFileSync(path.join(other, 'adding-a-method.html'), 'utf8')).toContain(
      'href="https://example.org/blob/main/src/reduction/registry.ts"',
    );
    expect(htmlOf('adding-a-method.html')).not.toContain('registry.ts"');
  });
});

describe('the reference of the commands', () => {
  const reference = commandReference(readFileSync(new URL('oclif.manifest.json', repository), 'utf8'));
  const { commands } = JSON.parse(readFileSync(new URL('oclif.manifest.json', repository), 'utf8')) as {
    commands: Record<string, { flags: object; args: object }>;
  };

  it.each(Object.keys(commands))('tells all flags and arguments of %s', (id) => {
    const section = reference.split(/^## /m).find((text) => text.startsWith(`${id}\n`))!;
    for (const flag of Object.keys(commands[id]!.flags).filter((name) => name !== 'json'))
      expect(section).toMatch(new RegExp(`--(\\[no-\\])?${flag}\\b`));
    const tables = [...renderMarkdown(section).html.matchAll(/<th>(argument|flag)<\/th>/g)].map(
      ([, name]) => name,
    );
    const { args, flags } = commands[id]!;
    const named = [Object.keys(args).length > 0 && 'argument', Object.keys(flags).length > 1 && 'flag'];
    expect(tables).toEqual(named.filter((name) => name !== false));
    for (const argument of Object.keys(commands[id]!.args))
      expect(section).toContain(`\`${argument.toUpperCase()}\``);
    expect(section).not.toContain('<%');
  });
});
