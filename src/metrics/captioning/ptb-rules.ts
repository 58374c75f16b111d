/**
 * What is one token for the Penn Treebank tokenizer: one pattern per kind.
 *
 * Source: Marcus et al., "Building a Large Annotated Corpus of English: The Penn Treebank" (Computational Linguistics, 1993) and its
 * tokenization rules; what these leave open follows the output of Stanford CoreNLP 3.4.1, which pycocoevalcap runs.
 */
import {
  anyCase,
  ENDING_ABBREVIATION,
  NUMBER_ABBREVIATION,
  OTHER_ABBREVIATION,
} from './ptb-abbreviations.js';
import { DIGIT, LETTER, MARK, SOFT_HYPHEN, SYMBOL } from './ptb-characters.js';
import {
  ACRONYM,
  ANY_WORD,
  APOSTROPHE,
  APOSTROPHE_NAME,
  anyOf,
  BETWEEN_VOWELS,
  CAPITALS_WITH_AND,
  CLITIC,
  ELIDED_NAME,
  FILE_NAME,
  HYPHENATED,
  LINK_PATH,
  NEGATION,
  NOT_AT_LINK_END,
  NOT_IN_HOST,
  NOT_IN_LINK,
  NUMBER,
  NUMBERED_WORD,
  PLAIN_HYPHENATED,
  SENTENCE_START,
  SLASHED,
  SPACE,
  TOP_DOMAIN,
  UNDERSCORED_WORD,
  WORD,
} from './ptb-patterns.js';

/** One kind of token. The longest match wins, the earlier rule among equally long ones. */
export interface TokenRule {
  /** Sticky. A first group is the token, and what follows the group is context that counts for the length. */
  pattern: RegExp;
  /** How the token is written; empty for one that is dropped. The text itself when absent. */
  written?: (text: string) => string;
}

const BRACKETS: Record<string, string> = {
  '(': '-lrb-',
  ')': '-rrb-',
  '[': '-lsb-',
  ']': '-rsb-',
  '{': '-lcb-',
  '}': '-rcb-',
};
const DROPPED = (): string => '';
const plainApostrophe = (text: string): string => text.replace(/&apos;|[\u2019\u0092]/, "'");
const plainAnd = (text: string): string => text.replace(/&amp;/gi, '&');
const plainQuotes = (text: string): string =>
  text
    .replace(/[\u0091\u2018\u201b\u2039]/g, '`')
    .replace(/[\u0092\u2019\u203a]/g, "'")
    .replace(/[\u0093\u201c\u00ab]/g, '``')
    .replace(/[\u0094\u201d\u00bb]/g, "''");
const noBreak = (text: string): string => text.replaceAll(' ', '\u00a0');
const roundBrackets = (text: string): string => text.replace(/[()]/g, (bracket) => BRACKETS[bracket]!);

function rule(source: string, written?: (text: string) => string): TokenRule {
  const pattern = new RegExp(source, 'uy');
  return written === undefined ? { pattern } : { pattern, written };
}

/** A rule for a text that is always written in the same way. */
const as = (source: string, written: string): TokenRule => rule(source, () => written);

/** Words that are two tokens: the first part, when the second follows. */
const SPLIT_WORDS: TokenRule[] = [
  ...[
    ['can', 'not'],
    ['gon', 'na'],
    ['got', 'ta'],
    ['lem', 'me'],
    ['gim', 'me'],
    ['wan', 'na'],
  ].map(([first, second]) => rule(`(${anyCase(first!)})${anyCase(second!)}`)),
  rule(`(${anyCase('more')})${APOSTROPHE}[nN]`),
  rule(`(${APOSTROPHE}[tT])(?:${anyOf('is was')})`, plainApostrophe),
  rule(`([A-Za-z${SOFT_HYPHEN}]*[A-MO-Za-mo-z]${SOFT_HYPHEN}*)${NEGATION}`),
  rule(`(${ANY_WORD}|${APOSTROPHE_NAME}|${SLASHED}|${CAPITALS_WITH_AND})${CLITIC}`, plainAnd),
  rule(`(${CLITIC})[^A-Za-z]`, plainApostrophe),
  rule(`(${NEGATION})(?=[^A-Za-z])`, (text) => plainQuotes(text.replace('&apos;', "'"))),
];

/** Tags, entities, addresses; spaces within a tag become no-break spaces. */
const MARKUP: TokenRule[] = [
  rule(
    '<(?:[!?][A-Za-z\\-][^>]*|\\/[A-Za-z][A-Za-z0-9:._\\-]*|[A-Za-z][A-Za-z0-9:._\\-]*(?: +[A-Za-z][A-Za-z0-9:._\\-]*(?: *= *(?:\'[^\']*\'|"[^"]*"))?)* *\\/?)>',
    noBreak,
  ),
  as(`&${anyCase('amp')};`, '&'),
  as(`&${anyCase('lt')};`, '<'),
  as(`&${anyCase('gt')};`, '>'),
  rule(`&(?:${anyOf('quot apos nbsp mdash ndash')});`, DROPPED),
  rule('&#[0-9]+;'),
  rule(`${anyCase('http')}[sS]?:\\/\\/[^${NOT_IN_LINK}\\{\\}]+[^${NOT_AT_LINK_END}]`),
  rule(`[wW]{3}\\.(?:[^${NOT_AT_LINK_END.replace('\\-', '')}]+\\.)+[a-zA-Z]{2,4}${LINK_PATH}`),
  rule(`(?:[^${NOT_IN_HOST}0-9][^${NOT_IN_HOST}]*\\.)+${TOP_DOMAIN}${LINK_PATH}`),
  rule(
    `(?:&lt;|<)?[a-zA-Z0-9][^${NOT_IN_LINK}\\{\\}\\u00a0]*@(?:[^${NOT_IN_LINK}\\{\\}.\\u00a0]+\\.)*[^${NOT_IN_LINK}\\{\\}.\\u00a0]+(?:&gt;|>)?`,
  ),
  rule('@[A-Za-z_][A-Za-z0-9_]*'),
  rule(`#[${LETTER}${MARK}]+`),
];

const WORDS: TokenRule[] = [
  rule(WORD),
  rule(`(${ENDING_ABBREVIATION}\\.)[^]{2}`),
  rule(`(${NUMBER_ABBREVIATION}\\.)${SPACE}?${DIGIT}`),
  rule(`(?:${OTHER_ABBREVIATION}|${ACRONYM}|[A-Za-z])\\.`),
  rule(`([A-Za-z])\\.${SPACE}+${SENTENCE_START}[ \\n]`),
  rule(`(${FILE_NAME})[ \\n.?!,]`),
  rule(`((?:${ANY_WORD}|${CAPITALS_WITH_AND})\\.)[,;:\\u3001]`, plainAnd),
  rule(NUMBERED_WORD),
  rule(UNDERSCORED_WORD),
  rule(HYPHENATED),
  rule(PLAIN_HYPHENATED),
  rule(ELIDED_NAME),
  rule(APOSTROPHE_NAME),
  rule(BETWEEN_VOWELS),
  rule(SLASHED),
  rule(CAPITALS_WITH_AND, plainAnd),
  rule(`${APOSTROPHE}[nN]${APOSTROPHE}?|[lLdDjJ]${APOSTROPHE}|${APOSTROPHE}[2-9]0[sS]`),
  rule(`(${APOSTROPHE}${DIGIT}{2})[ \\n]`),
  rule(`([yY]${APOSTROPHE})${LETTER}`),
  // Words with an apostrophe that no rule explains.
  rule(
    "'em 'till 'til 'cause ol' somethin' dunkin' c'mon c'est e'er o'o ev'ry li'l nat'l cap'n nor'easter s'mores"
      .split(' ')
      .map((word) => anyCase(word).replace("'", APOSTROPHE))
      .join('|'),
  ),
  rule(`[cC]\\+\\+|[cCfF]#`),
  // A quotation mark that opens a word.
  rule("(['`])[A-Za-z][^ \\t\\n]", DROPPED),
  rule(CLITIC, plainApostrophe),
];

/** Numbers, fractions, dates, telephone numbers, currencies. */
const NUMBERS: TokenRule[] = [
  rule(`[+\\-]?${NUMBER}`),
  rule(`(?:${DIGIT}{1,4}[\\- \\u00a0])?${DIGIT}{1,4}(?:\\\\?\\/|\\u2044)${DIGIT}{1,4}`, noBreak),
  rule(`${DIGIT}{1,2}[\\-\\/]${DIGIT}{1,2}[\\-\\/]${DIGIT}{2,4}`),
  rule(
    `(?:\\(${DIGIT}{2,3}\\)${SPACE}?|(?:\\+\\+?)?(?:${DIGIT}{2,4}[\\- \\u00a0])?${DIGIT}{2,4}[\\- \\u00a0])${DIGIT}{3,4}[\\- \\u00a0]?${DIGIT}{3,5}`,
    (text) => roundBrackets(noBreak(text)),
  ),
  rule(`(?:(?:\\+\\+?)?${DIGIT}{2,4}\\.)?${DIGIT}{2,4}\\.${DIGIT}{3,4}\\.${DIGIT}{3,5}`),
  as('\\u00bc', '1/4'),
  as('\\u00bd', '1/2'),
  as('\\u00be', '3/4'),
  as('\\u2153', '1/3'),
  as('\\u2154', '2/3'),
  rule('[A-Z]*\\$'),
  as('\\u00a2', 'cents'),
  as('\\u00a3', '#'),
  as('[\\u0080\\u00a4\\u20a0\\u20ac]', '$'),
];

/** Smileys, brackets, punctuation. */
const SYMBOLS: TokenRule[] = [
  rule("([<>]?[:;=][\\-o*']?[\\(\\)DPdpO\\\\\\{@\\|\\[\\]])[^A-Za-z0-9]", roundBrackets),
  rule(
    "[\\^x=~<>\\-']_[\\^x=~<>\\-']|\\([\\-\\^x=~<>'][_.]?[\\-\\^x=~<>']\\)|\\([\\^x=~<>']-[\\^x=~<>'`]\\)",
    roundBrackets,
  ),
  rule('[?!]{2,}'),
  rule(`\\.{3,}|(?:\\.${SPACE}){2,}\\.`, DROPPED),
  rule('-{2,4}', DROPPED),
  rule('-{5,}'),
  rule('[\\(\\)\\[\\]\\{\\}]', (text) => BRACKETS[text]!),
  rule(`-${anyCase('l')}[rscRSC][bB]-|-${anyCase('r')}[rscRSC][bB]-`),
  rule('\\*+|(?:\\\\\\*){1,3}|#+|_+|@+|<<|>>'),
  rule('[`\\u0091-\\u0094\\u2018-\\u201f\\u2039\\u203a\\u00ab\\u00bb]{1,2}', plainQuotes),
  rule("''|[?!\",;:.'\\-\\u2026\\u2013\\u2014\\u2015\\u00ad]", DROPPED),
  rule(`[${SYMBOL}]`),
];

export const TOKEN_RULES: readonly TokenRule[] = [
  ...SPLIT_WORDS,
  ...MARKUP,
  ...WORDS,
  ...NUMBERS,
  ...SYMBOLS,
];
