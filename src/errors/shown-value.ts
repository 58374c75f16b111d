/** A value as messages show it: JSON, but for the numbers that JSON has no word for, which are written as in YAML. */

/** `{"alpha":.inf}`; whatever else JSON cannot hold is shown as text. */
export function shownValue(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  const text = JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === 'bigint') return String(inner);
    return typeof inner === 'number' && !Number.isFinite(inner) ? `${MARK}${yamlNumber(inner)}` : inner;
  });
  return text?.replace(MARKED, '$1') ?? String(value);
}

/** Stands before what is no text although JSON writes it as one; no text of a file begins like this. */
const MARK = '\ue000turbo-bench ';
const MARKED = new RegExp(`"${MARK}([^"]*)"`, 'g');

function yamlNumber(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  return value > 0 ? '.inf' : '-.inf';
}
