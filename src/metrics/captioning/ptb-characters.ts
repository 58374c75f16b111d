/**
 * Which characters belong to words, which stand alone and which vanish, for the Penn Treebank tokenizer.
 *
 * Source: what the jar of Stanford CoreNLP 3.4.1 does with each of the 65 536 characters between two letters, between two digits and alone.
 * The jar knows Unicode 5.1 and no character above U+FFFF: those vanish, and so does everything that is in no set below. Letters of
 * younger Unicode versions, which vanish there, are letters here.
 *
 * Each constant is the inside of a character class for a regular expression with the flag `u`.
 */

/** Letters: they join to words and, unlike marks, to digits before them. */
export const LETTER = '\\p{L}';

/** Digits of any script. */
export const DIGIT = '\\p{Nd}';

/** Written nowhere: it joins its neighbours and is deleted. */
export const SOFT_HYPHEN = '\\u00ad';

/** Accents and vowel signs that join to words. */
export const MARK = [
  '\\u02c2-\\u02c5\\u02d2-\\u02df\\u02e5-\\u02eb\\u02ed\\u02ef-\\u036f\\u0375\\u0483-\\u0487', // Latin, Greek, Cyrillic
  '\\u055a-\\u055f\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7', // Armenian, Hebrew
  '\\u0615-\\u061a\\u064b-\\u065e\\u0670\\u06d6-\\u06e4\\u06e7-\\u06ed\\u0711\\u0730-\\u074c\\u07a6-\\u07b0\\u07eb-\\u07f3', // Arabic, Syriac, Thaana, NKo
  '\\u0901-\\u0903\\u093c\\u093e-\\u094d\\u0951-\\u0955\\u0962\\u0963', // Devanagari
  '\\u0981-\\u0983\\u09bc\\u09be-\\u09cd\\u09d7\\u09e2\\u09e3\\u0a01-\\u0a03\\u0a3c\\u0a3e-\\u0a4d', // Bengali, Gurmukhi
  '\\u0a81-\\u0a83\\u0abc\\u0abe-\\u0acd\\u0b82\\u0bbe-\\u0bcd\\u0c01-\\u0c03\\u0c3e-\\u0c56\\u0d3e-\\u0d48', // Gujarati, Tamil, Telugu, Malayalam
  '\\u0e31\\u0e34-\\u0e3a\\u0e47-\\u0e4e\\u0eb1\\u0eb4-\\u0ebc\\u0ec8-\\u0ecd', // Thai, Lao
].join('');

/** Symbols that are a token of their own. */
export const SYMBOL = [
  '$%&<=>\\\\\\^\\|~@+\\/', // ASCII; the punctuation that is missing here is dropped from captions anyway
  '\\u00a1\\u00a5-\\u00a9\\u00ac\\u00ae-\\u00b4\\u00b6-\\u00b9\\u00bf\\u00d7\\u00f7', // ¡ ¥ § © ° ± ² · ¿ × ÷ …
  '\\u037e\\u0387\\u0589\\u05be\\u05c0\\u05c3\\u05c6\\u05f3\\u05f4\\u0600-\\u0603\\u0606-\\u060c\\u0614\\u061b\\u061e\\u061f\\u066a\\u066d\\u06d4', // Greek to Arabic
  '\\u0700-\\u070d\\u07f6-\\u07f8\\u0964\\u0965\\u0e3f\\u0e4f\\u1fbd', // Syriac to Thai
  '\\u2016\\u2017\\u201a\\u201e\\u201f\\u2020-\\u2023\\u2030-\\u2038\\u203b\\u203e-\\u2042\\u2044', // † • ‰ ′ ※ ⁄ …
  '\\u2070\\u2074-\\u207e\\u2080-\\u208e\\u20a4\\u2100\\u2101\\u2103-\\u2106\\u2108\\u2109\\u2114\\u2116-\\u2118\\u211e-\\u2123', // super- and subscripts, ℃ № ™
  '\\u2125\\u2127\\u2129\\u212e\\u213a\\u213b\\u2140-\\u2144\\u214a-\\u214d\\u214f\\u2155-\\u215e\\u2190-\\u2bff', // ⅛, arrows, mathematics, shapes, dingbats
  '\\u3001\\u3002\\u3012\\u30fb\\uff01-\\uff0f\\uff1a-\\uff20\\uff3b-\\uff40\\uff5b-\\uff65\\uffe0\\uffe1\\uffe5\\uffe6', // East Asian punctuation
].join('');
