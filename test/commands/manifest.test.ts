import { readFileSync } from 'node:fs';
import { CommandHelp } from '@oclif/core/help';
import { describe, expect, it } from 'vitest';

interface ManifestEntry {
  readonly summary?: string;
  readonly args: Readonly<Record<string, { readonly description?: string; readonly required?: boolean }>>;
  readonly flags: Readonly<Record<string, { readonly description?: string; readonly default?: unknown }>>;
  readonly examples: readonly unknown[];
}
const manifest = JSON.parse(readFileSync('oclif.manifest.json', 'utf8')) as {
  version: string;
  commands: Record<string, ManifestEntry>;
};
const NAMES = [
  'audit',
  'compare',
  'doctor',
  'inspect',
  'list',
  'plan',
  'predict',
  'report',
  'reproduce',
  'run',
  'visualize',
] as const;

describe('oclif.manifest.json (npm run manifest)', () => {
  it('is of this version and has every command', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(manifest.version).toBe(version);
    expect(Object.keys(manifest.commands)).toEqual([...NAMES]);
  });

  it.each(NAMES)('says of %s what the command says of itself', async (name) => {
    const { default: command } = await import(`../../src/commands/${name}.ts`);
    const entry = manifest.commands[name]!;
    expect(entry.summary).toBe(command.summary);
    expect(entry.examples).toEqual(command.examples);
    const described = (parts: ManifestEntry['args']) =>
      Object.fromEntries(Object.entries(parts).map(([key, { description }]) => [key, description]));
    expect(described(entry.args)).toEqual(described(command.args));
    const { json: _, ...flags } = entry.flags;
    expect(described(flags)).toEqual(described(command.flags ?? {}));
  });

  it.each(NAMES)('makes a usage of %s in which no alternative is empty', (name) => {
    const config = { bin: 'turbo-bench', topicSeparator: ' ' };
    const options = { maxWidth: 1000, stripAnsi: true };
    const usage = new CommandHelp(
      manifest.commands[name] as never,
      config as never,
      options as never,
    ).generate();
    expect(usage).toContain('USAGE');
    expect(usage).not.toMatch(/\| *[\])]|[[(] *\|/);
  });

  it('holds nothing of the machine that wrote it', () => {
    expect(JSON.stringify(manifest)).not.toContain(process.cwd());
    expect(manifest.commands.predict!.flags.threads!.default).toBeUndefined();
  });
});
