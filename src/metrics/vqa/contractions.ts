/**
 * Contractions that lack an apostrophe, and the same with it, for the VQA evaluation.
 *
 * Source: the table of the official evaluation (https://github.com/GT-Vision-Lab/VQA, `vqaEval.py`). Its keys are, with one exception, the
 * contractions below with exactly one apostrophe left out. Its entries for `Im`, `Ive`, `Id've` and `I'dve` are not here, since words are in
 * small letters when they are looked up.
 */
const COMPLETE =
  "ain't aren't can't could've couldn't couldn't've didn't doesn't don't hadn't hadn't've hasn't haven't he'd he'd've he's how'd how'll " +
  "how's isn't it'd it'd've it'll ma'am mightn't mightn't've might've mustn't must've needn't not've o'clock oughtn't 'ow's'at shan't " +
  "she'd've should've shouldn't shouldn't've somebody'd've somebody'll somebody's someone'd someone'd've someone'll someone's something'd " +
  "something'd've something'll that's there'd there'd've there're there's they'd they'd've they'll they're they've 'twas wasn't we'd've " +
  "we've weren't what'll what're what's what've when's where'd where's where've who'd who'd've who'll who's who've why'll why're why's " +
  "won't would've wouldn't wouldn't've y'all y'all'll y'all'd've you'd you'd've you'll you're you've";

/** From the incomplete form to the complete one. */
export const CONTRACTIONS: ReadonlyMap<string, string> = new Map([
  ...COMPLETE.split(' ').flatMap((word) =>
    withoutOneApostrophe(word).map((lacking) => [lacking, word] as const),
  ),
  ["somebody'd", 'somebodyd'], // The other way round in the official table too.
]);

function withoutOneApostrophe(word: string): string[] {
  const letters = [...word];
  return letters.flatMap((letter, at) => (letter === "'" ? [letters.toSpliced(at, 1).join('')] : []));
}
