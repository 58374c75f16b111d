/** The keys that a schema knows at each place of a value: what a mistyped one may have been. */
import { z } from 'zod';
import { valueAt } from './value-path.js';

/** The keys that a mapping at a path may have; what it holds decides between alternatives. */
export type KnownKeys = (path: readonly PropertyKey[], value: unknown) => readonly string[];

/** Looked up when the first key is asked for: that takes far longer than checking a value. */
export function keysByPath(schema: z.ZodType): KnownKeys {
  let root: JsonSchema | undefined;
  return (path, value) => {
    root ??= z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
    let places: readonly JsonSchema[] = [root];
    for (const step of path)
      places = places
        .flatMap(alternatives)
        .flatMap(
          (place) => (typeof step === 'number' ? place.items : place.properties?.[String(step)]) ?? [],
        );
    const meant = places.flatMap(alternatives).filter((place) => mayBe(place, value));
    return [...new Set(meant.flatMap((place) => Object.keys(place.properties ?? {})))];
  };
}

/** Whether no fixed property, such as the name of a task, says otherwise. */
function mayBe({ properties = {} }: JsonSchema, value: unknown): boolean {
  return Object.entries(properties).every(
    ([key, { const: fixed }]) => fixed === undefined || [undefined, fixed].includes(valueAt(value, [key])),
  );
}

interface JsonSchema {
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** A schema and all that it may stand for. */
function alternatives(schema: JsonSchema): readonly JsonSchema[] {
  return [schema, ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap(alternatives)];
}
