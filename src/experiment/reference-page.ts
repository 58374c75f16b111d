/** The reference page of the experiment file, written from the descriptions in its schema. */
import { z } from 'zod';
import { experimentJsonSchema } from './json-schema.js';
import type { Methods, SweepableMethod } from './reduction-sweep.js';

interface Described {
  readonly description?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly properties?: Readonly<Record<string, Described>>;
  readonly required?: readonly string[];
  readonly items?: Described;
  readonly anyOf?: readonly Described[];
  readonly oneOf?: readonly Described[];
  readonly additionalProperties?: unknown;
}

/** The text of `docs/experiment.md`. */
export function referencePage(methods: Methods): string {
  const root = experimentJsonSchema(methods) as Described;
  const at = (name: string): Described => root.properties?.[name] ?? {};
  const tasks = (at('tasks').items?.oneOf ?? at('tasks').items?.anyOf ?? []).map((task) =>
    section(`task: ${String(task.properties?.task?.const)}`, task, ['task']),
  );
  const model = at('models').items?.anyOf?.find(({ properties }) => properties !== undefined) ?? {};
  const parts = [
    '# The experiment file',
    'Written by `npm run schema` from `src/experiment/schema.ts`; edit the descriptions there.',
    `One YAML file describes everything that \`turbo-bench run\` does. This line at its top gives completion and checks in editors with a YAML language server:

\`\`\`yaml
# yaml-language-server: $schema=../schemas/experiment.schema.json
\`\`\``,
    section('Top level', root),
    section('models', model),
    '## tasks',
    ...tasks.map((text) => text.replace(/^## /, '### ')),
    '## reduction',
    `${at('reduction').items?.description ?? ''}

A list is always a sweep, so a value that is itself a list is written as a list of lists: \`tokensPerLayer: [[4, 4, 8]]\` is one schedule of three layers. A parameter that a method does not know is an error. Equal cells run once. A method that draws by lot takes the experiment's seed unless it is given its own.`,
    ...methods.map(methodSection),
    section('measure', at('measure')),
    section('measure.validity', at('measure').properties?.validity ?? {}),
    section('engine', at('engine')),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** From the method's own schema: what another method of the same name takes is refused. */
function methodSection({ name, network, summary, schema }: SweepableMethod): string {
  const place = network === 'diffusion' ? ' (diffusion)' : '';
  const heading = `### method: ${name}${place}\n\n${summary}`;
  const described = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Described;
  return Object.keys(described.properties ?? {}).length === 1
    ? heading
    : `${heading}\n\n${table(described, ['method'])}`;
}

function section(title: string, schema: Described, without: readonly string[] = []): string {
  const about = schema.description === undefined ? '' : `${schema.description}\n\n`;
  return `## ${title}\n\n${about}${table(schema, without)}`;
}

function table(schema: Described, without: readonly string[] = []): string {
  const rows = Object.entries(schema.properties ?? {})
    .filter(([key]) => !without.includes(key))
    .map(([key, value]) => {
      const standard = value.default === undefined ? '' : `\`${JSON.stringify(value.default)}\``;
      const needed = schema.required?.includes(key) && value.default === undefined ? 'required' : standard;
      return `| \`${key}\` | ${cell(typeOf(value))} | ${cell(needed)} | ${cell(value.description ?? '')} |`;
    });
  return ['| key | value | default | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function typeOf(schema: Described): string {
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches !== undefined) return [...new Set(branches.map(typeOf))].join(' or ');
  if (schema.type === 'array')
    return `list of ${schema.items === undefined ? 'values' : typeOf(schema.items)}`;
  if (schema.type === 'object')
    return schema.properties === undefined ? 'mapping' : `{${Object.keys(schema.properties).join(', ')}}`;
  if (schema.type === 'integer') return `whole number${range(schema)}`;
  if (schema.type === 'number') return `number${range(schema)}`;
  return schema.type === 'string' ? 'text' : schema.type === 'boolean' ? '`true`, `false`' : 'anything';
}

/** ` ≥ 0 and < 1`; the bounds of all whole numbers that a computer holds are none. */
function range({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Described): string {
  const bounds = [
    exclusiveMinimum !== undefined ? `> ${exclusiveMinimum}` : '',
    minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? `≥ ${minimum}` : '',
    exclusiveMaximum !== undefined ? `< ${exclusiveMaximum}` : '',
    maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? `≤ ${maximum}` : '',
  ].filter(Boolean);
  return bounds.length === 0 ? '' : ` ${bounds.join(' and ')}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
