/** The reference of all commands as Markdown, from the manifest that oclif writes of their classes. */
import { z } from 'zod';

const Flag = z.looseObject({
  name: z.string(),
  char: z.string().optional(),
  type: z.enum(['boolean', 'option']),
  description: z.string().default(''),
  helpValue: z.string().optional(),
  options: z.array(z.string()).optional(),
  default: z.unknown().optional(),
  required: z.boolean().optional(),
  multiple: z.boolean().optional(),
  allowNo: z.boolean().optional(),
  hidden: z.boolean().optional(),
});
const Argument = z.looseObject({
  name: z.string(),
  description: z.string().default(''),
  options: z.array(z.string()).optional(),
  required: z.boolean().optional(),
});
const Command = z.looseObject({
  id: z.string(),
  summary: z.string().default(''),
  description: z.string().default(''),
  examples: z
    .array(z.union([z.string(), z.object({ description: z.string(), command: z.string() })]))
    .default([]),
  args: z.record(z.string(), Argument),
  flags: z.record(z.string(), Flag),
  hidden: z.boolean().optional(),
});
type Command = z.infer<typeof Command>;
const Manifest = z.looseObject({ commands: z.record(z.string(), Command) });

/** @param manifest text of `oclif.manifest.json` */
export function commandReference(manifest: string): string {
  const { commands } = Manifest.parse(JSON.parse(manifest));
  const shown = Object.values(commands).filter(({ hidden }) => hidden !== true);
  return [
    '# Commands',
    'Every command answers `--help`, and `--json` with one JSON document and nothing else. The exit code is 0 when all went well, 2 for input that is not as it must be, and what the command says otherwise.',
    table(
      ['command', 'what it does'],
      shown.map(({ id, summary }) => [`[\`${id}\`](#${id})`, cell(summary)]),
    ),
    ...shown.map(sectionOf),
  ].join('\n\n');
}

function sectionOf(command: Command): string {
  const { id, summary, description, examples, args, flags } = command;
  const inputs = Object.values(args);
  const options = Object.values(flags).filter(({ hidden, name }) => hidden !== true && name !== 'json');
  const usage = inputs.map(({ name, required }) =>
    required ? name.toUpperCase() : `[${name.toUpperCase()}]`,
  );
  return [
    `## ${id}`,
    summary,
    fenced([`turbo-bench ${[id, ...usage].join(' ')}${options.length > 0 ? ' [flags]' : ''}`]),
    listed(filled(description, id)),
    ...(inputs.length === 0
      ? []
      : [
          table(
            ['argument', 'meaning'],
            inputs.map((input) => [`\`${input.name.toUpperCase()}\``, described(input)]),
          ),
        ]),
    ...(options.length === 0
      ? []
      : [
          table(
            ['flag', 'meaning'],
            options.map((flag) => [flagName(flag), described(flag)]),
          ),
        ]),
    ...(examples.length === 0
      ? []
      : ['Examples:', fenced(examples.map((example) => exampleOf(example, id)))]),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Lines of a word and what it means, as help sets them in two columns, become a list. */
function listed(description: string): string {
  return description.replaceAll(/^ *(\S+) {2,}(\S.*)$/gm, '- **$1**: $2');
}

function flagName({ name, char, type, helpValue, allowNo }: z.infer<typeof Flag>): string {
  const value = type === 'option' ? ` ${helpValue ?? 'VALUE'}` : '';
  return `${char === undefined ? '' : `\`-${char}\`, `}\`--${allowNo === true ? '[no-]' : ''}${name}${value}\``;
}

/** Description with what else there is to know. */
function described(input: z.infer<typeof Argument> | z.infer<typeof Flag>): string {
  const notes = [
    ...(input.options === undefined
      ? []
      : [`One of ${input.options.map((option) => `\`${option}\``).join(', ')}.`]),
    ...('multiple' in input && input.multiple === true ? ['May be given several times.'] : []),
    ...('default' in input && isPlain(input.default) ? [`Default: \`${String(input.default)}\`.`] : []),
  ];
  return cell(
    [asSentence(input.description), ...notes.filter((note) => !input.description.includes(note))].join(' '),
  );
}

const isPlain = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number';
const asSentence = (text: string): string => (text === '' || /[.!?]$/.test(text) ? text : `${text}.`);

function exampleOf(example: Command['examples'][number], id: string): string {
  if (typeof example === 'string') return filled(example, id);
  return `# ${example.description}\n${filled(example.command, id)}`;
}

/** oclif's placeholders, filled in. */
function filled(text: string, id: string): string {
  return text.replaceAll('<%= config.bin %>', 'turbo-bench').replaceAll('<%= command.id %>', id);
}

const fenced = (lines: readonly string[]): string => `\`\`\`\n${lines.join('\n')}\n\`\`\``;
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, ' ');
const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
