/**
 * The one error that a user is meant to read: what was wrong, the value, what is allowed, where, and what to run next.
 *
 * Everything else that is thrown is a defect of turbo-bench, and is shown as one.
 */
import { shownValue } from './shown-value.js';

/** The parts of a message, each printed on a line of its own when present. */
export interface ErrorParts {
  /** The offending value, shown as JSON. */
  value?: unknown;
  /** What would have been right, as a phrase: `"one of: tome, turbo"`. */
  allowed?: string;
  /** File, line and column, YAML path or tensor name. */
  where?: string;
  /** The command to run or the change to make. */
  next?: string;
  cause?: unknown;
}

const LONGEST_VALUE = 200;

/** An error whose message is part of the interface. Exits with code 2 unless `exitCode` says otherwise. */
export class TurboError extends Error {
  override readonly name = 'TurboError';
  readonly parts: Readonly<ErrorParts>;

  /** @param what one sentence that says what is wrong, without a trailing newline */
  constructor(
    readonly what: string,
    parts: ErrorParts = {},
    readonly exitCode = 2,
  ) {
    super(formatParts(what, parts), { cause: parts.cause });
    this.parts = parts;
  }
}

function formatParts(what: string, parts: ErrorParts): string {
  const lines = [what];
  if (parts.where !== undefined) lines.push(`  where:   ${parts.where}`);
  if ('value' in parts) lines.push(`  value:   ${shown(parts.value)}`);
  if (parts.allowed !== undefined) lines.push(`  allowed: ${parts.allowed}`);
  if (parts.next !== undefined) lines.push(`  next:    ${parts.next}`);
  return printable(lines.join('\n'));
}

/** Names from files may hold characters that a terminal obeys; they are shown as `\u001b`. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function shown(value: unknown): string {
  const text = shownValue(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}… (${text.length} characters)` : text;
}

/** The message of anything thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Node's `code` of a system error (`ENOENT`, `ENOSPC`, …), or undefined. */
export function systemCode(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : undefined;
}
