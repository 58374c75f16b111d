/**
 * Abbreviations whose period is part of the token, for the Penn Treebank tokenizer.
 *
 * Source: every word of one to four letters, and some 66 000 longer ones, each followed by a period, by a period and a digit, and in small
 * and capital letters, through the jar of Stanford CoreNLP 3.4.1.
 */

/** How an abbreviation may be capitalised to be one: `mass.` ends a sentence, `Mass.` is a state. */
type Capitals = 'any' | 'first or all' | 'none or first';

interface Abbreviations {
  capitals: Capitals;
  /** May end a sentence, so it splits from what follows without a space, up to two characters: `etc.s`, but `Gen.-Maj`. */
  ending: boolean;
  words: string;
}

const ABBREVIATIONS: readonly Abbreviations[] = [
  {
    capitals: 'any',
    ending: true,
    words:
      'al ala apr ariz assn aug bancorp bhd bldg blvd bros calif co colo conn corp cos ct dak dec esq est etc ext feb fla fri ga inc ' +
      'ind intl jan jr jul jun kan kans ky ltd mar md mich minn mo mon mont neb nev nov oct okla penn plc rd rt sep sept seq sq sr sys ' +
      'tel tenn thu thurs tue tues univ va vt wed wis wisc wyo ph\\.d',
  },
  { capitals: 'none or first', ending: true, words: 'ppte ppty pte ptes pty ptys' },
  { capitals: 'first or all', ending: true, words: 'ark az del ill la mass miss ore pa tex wash' },
  {
    capitals: 'any',
    ending: false,
    words:
      'adj adm adv alex assoc asst atty attys ave brig capt cf cie cmdr col comdr cpl dept det dr drs elec ens ft gen gov govs hon insp ' +
      'invt jos lieut lt maj messrs mlle mme mr mrs ms msgr mt natl pfc pres prof profs pvt rep reps rev sen sens sfc sgt spc st ste ' +
      'supt treas vs wm',
  },
  { capitals: 'none or first', ending: false, words: 'mfg mtg' },
];

/** Abbreviations only where a number follows: `No. 5`. */
const BEFORE_NUMBER = 'art ca fig figs no nos op pp prop';

/** The pattern `[Cc][Oo]` of the word `co`. The flag `i` is no substitute: with it `k` is also the Kelvin sign. */
export function anyCase(word: string): string {
  return word.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}

const SPELLINGS: Record<Capitals, (word: string) => string> = {
  any: anyCase,
  'first or all': (word) => `${firstCapital(word)}|${word.toUpperCase()}`,
  'none or first': (word) => `${word}|${firstCapital(word)}`,
};

function firstCapital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function pattern(ending: boolean): string {
  return ABBREVIATIONS.filter((group) => group.ending === ending)
    .flatMap(({ capitals, words }) => words.split(' ').map(SPELLINGS[capitals]))
    .join('|');
}

/** Patterns without the period. */
export const ENDING_ABBREVIATION = `(?:${pattern(true)})`;
export const OTHER_ABBREVIATION = `(?:${pattern(false)})`;
export const NUMBER_ABBREVIATION = `(?:${BEFORE_NUMBER.split(' ').map(anyCase).join('|')})`;
