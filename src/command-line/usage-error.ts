/** Wrong usage of a command, in the words of all other errors: oclif's own carry the whole program with them. */
import { stripVTControlCharacters } from 'node:util';
import { oneOf } from '../errors/did-you-mean.js';
import { messageOf, TurboError } from '../errors/turbo-error.js';

/** What oclif's parser throws: the lists exist where they are what is wrong. */
interface ParserError {
  /** Flags that the command does not have, with their dashes. */
  readonly flags?: readonly string[];
  /** Arguments that are missing, or words that are none. */
  readonly args?: readonly (string | { readonly name: string; readonly description?: string })[];
}

/**
 * @param command as it is typed: `turbo-bench predict`
 * @param known names of its flags, without dashes
 */
export function usageError(thrown: unknown, command: string, known: readonly string[]): TurboError {
  if (thrown instanceof TurboError) return thrown;
  const { flags, args } = thrown as ParserError;
  const next = `${command} --help`;
  if (Array.isArray(flags) && flags.length > 0)
    return new TurboError('The command has no flag of this name', {
      value: flags.length === 1 ? flags[0] : flags,
      allowed: oneOf(
        flags[0]!,
        known.map((name) => `--${name}`),
      ),
      next,
    });
  if (Array.isArray(args) && args.length > 0) {
    const words = args.filter((one) => typeof one === 'string');
    if (words.length > 0)
      return new TurboError('The command takes no such argument', {
        value: words.length === 1 ? words[0] : words,
        next,
      });
    const missing = args.map(({ name, description = '' }) => `${name.toUpperCase()} (${description})`);
    return new TurboError('An argument is missing', { allowed: missing.join(', '), next });
  }
  return new TurboError(plain(messageOf(thrown)), { next });
}

/** The message alone, on one line for each thing that is wrong. */
function plain(message: string): string {
  return stripVTControlCharacters(message)
    .replace(/\s*See more help with --help\s*$/, '')
    .replace(/^The following errors? occurred:\s*/, '')
    .replace(/^Parsing (--\S+)\s+/, '$1: ')
    .replace(/\s*\n\s*/g, '\n')
    .trim();
}
