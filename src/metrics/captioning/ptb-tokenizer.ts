/**
 * Penn Treebank tokens of a caption, as the COCO caption evaluation scores them: small letters, without punctuation.
 *
 * Source: `PTBTokenizer` of Stanford CoreNLP 3.4.1 as pycocoevalcap runs it (`-preserveLines -lowerCase`, then 18 punctuation tokens are
 * removed), https://github.com/tylin/coco-caption. Written anew, without Java, and compared with the output of the jar.
 */
import { TOKEN_RULES } from './ptb-rules.js';

/**
 * Removed as whole tokens. The list of pycocoevalcap also names `-LRB-` and its like, which never match since the tokens are in
 * small letters by then: brackets stay, and scores that people publish depend on it.
 */
const PUNCTUATION = new Set(["''", "'", '``', '`', '.', '?', '!', ',', ':', '-', '--', '...', ';']);

/** Words in plain letters, before a space, to which no other rule applies: most of a caption. */
const PLAIN_WORD = /[A-Za-z]{2,}(?=[ \n])/y;
const SPLIT = new Set(['cannot', 'gonna', 'gotta', 'lemme', 'gimme', 'wanna']);

/**
 * The tokens of `caption`, joined by single spaces, as the reference hands them to the metrics.
 * A fraction or phone number can hold a no-break space within one token (`3\u00a01/2`).
 */
export function tokenizePtb(caption: string): string {
  const line = caption.replace(/[\n\r\u0085\u2028\u2029]/g, ' ');
  // Characters that the jar does not know count, but match no letter. Rules may look two characters beyond the end.
  const text = `${line.replace(/[\u{10000}-\u{10ffff}]/gu, UNKNOWN)}\n\n`;
  const tokens: string[] = [];
  let position = 0;
  while (position < line.length) {
    const { length, written } = tokenAt(text, line, position);
    const token = written.replaceAll('\u00ad', '').toLowerCase();
    if (token !== '' && !PUNCTUATION.has(token)) tokens.push(token);
    position += length;
  }
  return tokens.join(' ');
}

/** As long as what it stands in for. */
const UNKNOWN = '\ufffe\ufffe';

interface Token {
  length: number;
  written: string;
}

/** The token that starts at `position`; one character that is written as nothing where none does. */
function tokenAt(text: string, line: string, position: number): Token {
  PLAIN_WORD.lastIndex = position;
  const plain = PLAIN_WORD.exec(text)?.[0];
  if (plain !== undefined && !SPLIT.has(plain.toLowerCase())) return { length: plain.length, written: plain };
  let longest = 0;
  let token: Token = { length: 1, written: '' };
  for (const { pattern, written } of TOKEN_RULES) {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match === null || match[0].length <= longest) continue;
    longest = match[0].length;
    const { length } = match[1] ?? match[0];
    const own = line.slice(position, position + length);
    token = { length, written: written === undefined ? own : written(own) };
  }
  return token;
}
