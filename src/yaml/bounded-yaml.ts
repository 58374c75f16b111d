/**
 * YAML as untrusted files need it: a bounded length, bounded nesting, and aliases that neither multiply nor go in circles.
 *
 * The parser of `yaml` calls itself for every level; half a megabyte of brackets ends the process, without an error that could be caught.
 */
import { Lexer, Parser, parse } from 'yaml';
import { TurboError } from '../errors/turbo-error.js';

const LONGEST_TEXT = 1 << 20;
/** Containers in one another, and what the parser holds between them; real files have fewer than ten. */
const MOST_LEVELS = 100;
/** Words, brackets, line ends: the keys of a mapping are compared with each other, which takes the square of their number. */
const MOST_LEXEMES = 50_000;
/** How many values aliases may stand for. */
export const MOST_ALIASES = 100;

/**
 * Refuses a text that is too long or nested too deeply, before anything is built of it.
 *
 * @param where file name for the error message
 */
export function refuseYamlBomb(text: string, where: string): void {
  if (text.length > LONGEST_TEXT)
    throw new TurboError('This YAML file is too long', {
      where,
      value: `${text.length} characters`,
      allowed: `at most ${LONGEST_TEXT} characters`,
    });
  const parser = new Parser();
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const _ of parser.next(lexeme));
    if (++lexemes > MOST_LEXEMES)
      throw new TurboError('This YAML file holds too much', {
        where,
        allowed: `at most ${MOST_LEXEMES} words and signs`,
        next: 'Keep long lists in files of their own, and name those.',
      });
    if (parser.stack.length > MOST_LEVELS)
      throw new TurboError('This is not valid YAML: it is nested too deeply', {
        where,
        allowed: `at most ${MOST_LEVELS} levels`,
        next: 'Get the file from its source again; no real file of this kind is nested so deep.',
      });
  }
}

/** Refuses a value that an alias has made a part of itself. */
export function refuseCircle(value: unknown, where: string): void {
  try {
    JSON.stringify(value);
  } catch (cause) {
    throw new TurboError('This is not valid YAML: an alias stands for something that it is a part of', {
      where,
      next: 'Write the value out in place of the alias.',
      cause,
    });
  }
}

/** The value of one YAML document. @throws TurboError for a bomb, and what `yaml` throws for what is no YAML */
export function parseBoundedYaml(text: string, where: string): unknown {
  refuseYamlBomb(text, where);
  const value: unknown = parse(text, { maxAliasCount: MOST_ALIASES, logLevel: 'error' });
  refuseCircle(value, where);
  return value;
}
