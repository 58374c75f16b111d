/**
 * A YAML text whose values remember their place, so that every later complaint can name line and column.
 *
 * YAML 1.2 core schema. Duplicate keys, unknown tags and more than one document are errors; aliases may not multiply into a bomb.
 */
import { isMap, isNode, isScalar, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import { messageOf, TurboError } from '../errors/turbo-error.js';
import { MOST_ALIASES, refuseCircle, refuseYamlBomb } from '../yaml/bounded-yaml.js';

/** A parsed text. */
export interface YamlSource {
  readonly file: string;
  readonly value: unknown;
  /** `file:line:column` of the value at `path`, or of the nearest thing around it that exists. */
  placeOf(path: readonly PropertyKey[]): string;
  /** `file:line:column` of the key that ends `path`. */
  placeOfKey(path: readonly PropertyKey[]): string;
}

/** One mistake can bring a thousand complaints with it. */
const MOST_FAULTS = 20;

/** @throws TurboError naming every place that is no YAML */
export function parseYaml(text: string, file: string): YamlSource {
  refuseYamlBomb(text, file);
  const lines = new LineCounter();
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2' });
    const faults = [...document.errors, ...document.warnings];
    if (faults.length > 0) throw notYaml(faults.map(({ pos, message }) => `${place(pos[0])} ${message}`));
    const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
    refuseCircle(value, file);
    return {
      file,
      value,
      placeOf: (path) => place(nodeAt(document.contents, path).range?.[0] ?? 0),
      placeOfKey: (path) => {
        const key = keyOf(nodeAt(document.contents, path.slice(0, -1)), path.at(-1));
        return key === undefined ? place(nodeAt(document.contents, path).range?.[0] ?? 0) : place(key);
      },
    };
  } catch (thrown) {
    if (thrown instanceof TurboError) throw thrown;
    throw notYaml(
      [`${file} ${thrown instanceof RangeError ? 'nested too deeply' : messageOf(thrown)}`],
      thrown,
    );
  }
}

function notYaml(faults: readonly string[], cause?: unknown): TurboError {
  const shown = faults.slice(0, MOST_FAULTS).map((fault) => `  ${fault}`);
  if (faults.length > shown.length) shown.push(`  and ${faults.length - shown.length} more`);
  return new TurboError(`This is not valid YAML:\n${shown.join('\n')}`, {
    next: 'Correct the place named above; experiments/quickstart.yaml is an example that works.',
    cause,
  });
}

/** The deepest node on the way along `path`. */
function nodeAt(root: Node | null, path: readonly PropertyKey[]): Pick<Node, 'range'> {
  let node: Node | null = root;
  for (const step of path) {
    const next: unknown =
      node !== null && 'get' in node
        ? (node.get as (key: unknown, keep: true) => unknown)(step, true)
        : undefined;
    if (!isNode(next)) break;
    node = next;
  }
  return node ?? { range: [0, 0, 0] };
}

/** Offset of a key in a mapping. */
function keyOf(node: Pick<Node, 'range'>, key: PropertyKey | undefined): number | undefined {
  if (!isMap(node)) return undefined;
  const pair = node.items.find((item: Pair) => isScalar(item.key) && String(item.key.value) === String(key));
  return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
}
