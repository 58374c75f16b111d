/**
 * How words, numbers and addresses look to the Penn Treebank tokenizer: the pieces that its rules are put together from.
 *
 * Source: the Penn Treebank's tokenization rules (Marcus et al., Computational Linguistics 1993); what they leave open follows the output of
 * Stanford CoreNLP 3.4.1. Each constant is the source of a regular expression with the flag `u`.
 */
import { anyCase } from './ptb-abbreviations.js';
import { DIGIT, LETTER, MARK, SOFT_HYPHEN } from './ptb-characters.js';

/** One of the words, which spaces separate, in any mixture of capitals and small letters. */
export function anyOf(words: string): string {
  return words.split(' ').map(anyCase).join('|');
}

export const APOSTROPHE = "(?:['\\u2019\\u0092]|&apos;)";
export const ANY_APOSTROPHE = "(?:['\\u2019\\u0092\\u0091\\u2018\\u201b`]|&apos;)";
export const SPACE = '[ \\u00a0]';

const ALPHANUMERIC = `[${LETTER}${DIGIT}${SOFT_HYPHEN}]`;
const WORD_PART = `[${LETTER}${MARK}${DIGIT}${SOFT_HYPHEN}]`;
const WORD_START = `(?:[${LETTER}${MARK}${SOFT_HYPHEN}]|&[aeiouAEIOU](?:acute|grave|uml);)`;
const PLAIN_WORD = `${WORD_START}(?:${WORD_PART}|&[aeiouAEIOU](?:acute|grave|uml);)*`;
/** `wow!great` is one word. */
export const WORD = `${PLAIN_WORD}(?:[.!?]${PLAIN_WORD})*`;
/** `5pm`, `2nd`. */
export const NUMBERED_WORD = `${DIGIT}+${LETTER}${ALPHANUMERIC}*`;
/** `a_b`. */
export const UNDERSCORED_WORD = `${ALPHANUMERIC}+(?:_${ALPHANUMERIC}+)+`;

/** `U.S`, without the last period. */
export const ACRONYM = '[A-Za-z](?:\\.[A-Za-z])+';
/** `d'Alene`: at least two letters or digits after the apostrophe. */
const ELISION = `[DdOoLl]${ANY_APOSTROPHE}${ALPHANUMERIC}{2,}`;
/** One part of a hyphenated word. */
const SEGMENT = `(?:${ELISION}|[${LETTER}${DIGIT}]${ALPHANUMERIC}*)(?:_${ALPHANUMERIC}+)*`;
/** `12-foot-long`, `Coeur-d'Alene`. */
export const HYPHENATED = `${SEGMENT}(?:_${ELISION})?(?:-${SEGMENT})+`;
/** `1,000-year`, `non-U.S.`: not with accents or elisions. */
export const PLAIN_HYPHENATED = `[A-Za-z0-9][A-Za-z0-9.,]*(?:-(?:${ACRONYM}\\.|[A-Za-z0-9]+(?:_[A-Za-z0-9]+)*))+`;
/** `O'Neil`. */
export const ELIDED_NAME = `${ELISION}(?:_${ALPHANUMERIC}+)*`;
/** `K'nex`. */
export const APOSTROPHE_NAME = `[A-HJ-XZn]${ANY_APOSTROPHE}[${LETTER}]{2,}`;
/** `ma'am`, `Hawai'i`: a vowel, or anything capital, after a vowel. */
export const BETWEEN_VOWELS = `[${LETTER}][A-Za-z]*[aeiouyAEIOUY]${APOSTROPHE}[aeiouA-Z][A-Za-z]*`;
/** `and/or`, `a-b/c-d`. */
export const SLASHED = '[A-Za-z0-9]+(?:-[A-Za-z]+){0,2}(?:\\\\?\\/[A-Za-z0-9]+(?:-[A-Za-z]+){0,2}){1,2}';
/** `AT&T`. */
export const CAPITALS_WITH_AND = '[A-Z]+(?:(?:[+&]|&(?:amp|AMP);)[A-Z]+)+';
/** Everything that can be followed by a clitic, and whose period stays where a comma or colon follows. */
export const ANY_WORD = `(?:${WORD}|${NUMBERED_WORD}|${UNDERSCORED_WORD}|${HYPHENATED}|${PLAIN_HYPHENATED}|${ELIDED_NAME}|${DIGIT}+)`;

const startsOfSentences =
  'A About According Additionally After An As At But Earlier He Her Here However If In It Last Many More Mr\\. Ms\\. Now Once One Other ' +
  'Our She Since So Some Such That The Their Then There These They This We What When While Yet You';
/** After these, the letter before is the end of a sentence (`plan b. The`), not an initial (`J. Smith`). */
export const SENTENCE_START = `(?:${startsOfSentences.replaceAll(' ', '|')})`;

const endings =
  'bat bmp c cgi class cpp dll doc docx exe gif gz h htm html jar java jpeg jpg mov mp3 pdf php pl png ppt ps py sql tar txt wav x xml zip';
/** `5.jpg`; names that start with a letter are words already. */
export const FILE_NAME = `${ALPHANUMERIC}+(?:\\.${ALPHANUMERIC}+)*\\.(?:${anyOf(endings)})`;

/** `'s`, `'ll`. */
export const CLITIC = `${APOSTROPHE}(?:${anyOf('m s d re ve ll')})`;
/** `n't`. */
export const NEGATION = `[nN]${ANY_APOSTROPHE}[tT]`;

/** `1,000`, `10:30`, `.5`. */
export const NUMBER = `(?:${DIGIT}*(?:[.:,${SOFT_HYPHEN}\\u066b\\u066c]${DIGIT}+)+|${DIGIT}+)`;

/** Insides of character classes: what may not be there. */
export const NOT_IN_LINK = ' \\t\\n\\f\\r"<>\\|\\(\\)';
export const NOT_AT_LINK_END = `${NOT_IN_LINK}.!?\\{\\},\\-`;
export const NOT_IN_HOST = `${NOT_AT_LINK_END}\`'_$:;\\/=@\\[\\]\\\\\\^`;
export const LINK_PATH = `(?:\\/[^${NOT_IN_LINK}]+[^${NOT_AT_LINK_END}])?`;
export const TOP_DOMAIN = `(?:${anyOf('com net org edu')})`;
