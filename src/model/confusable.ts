/**
 * Letters of other scripts that look like Latin ones in the fonts of editors and chat windows. Small on purpose: what
 * NFKC folds (full width, mathematical, ligatures) is not listed again.
 *
 * @see Unicode UTS #39, confusables
 */
const lookalikes: Readonly<Record<string, string>> = pairs(
  'аa вb еe кk мm нh оo рp сc тt уy хx ѕs іi јj ԁd ԛq ԝw ѵv һh ӏl єe гr пn ьb',
  'αa βb εe ηn ιi κk νv οo ρp τt υu χx γy ωw',
  'ⅼl ⅰi ⅽc ⅾd ⅿm ıi ȷj ɑa ɡg ɩi ʟl ᴄc ᴏo ᴜu ᴠv ᴡw ᴢz օo սu ոn հh ցg',
);
/** What differs only in these is told apart by nobody at a glance. */
const separators = /[\s._\-‐‑‒–—―−·/:@]+/gu;
const invisible = /[\p{Cf}\p{Mn}\p{Me}\u{e0000}-\u{e0fff}\u115f\u1160\u3164\uffa0]/gu;

/** The form that two names share when a person may take one for the other: NFKC, case, look-alike letters, separators. */
export function skeleton(name: string): string {
  const folded = name.normalize('NFKC').toLowerCase().normalize('NFKD').replace(invisible, '').replace(separators, '_');
  return [...folded]
    .map((letter) => lookalikes[letter] ?? letter)
    .join('')
    .replaceAll('0', 'o')
    .replaceAll('1', 'l')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w');
}

/** The Latin letter that a lower-case letter of another script looks like; null = none. */
export function lookalikeOf(letter: string): string | null {
  return Object.hasOwn(lookalikes, letter) ? (lookalikes[letter] ?? null) : null;
}

function pairs(...lists: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(lists.flatMap((list) => list.split(' ')).map((pair) => [[...pair][0] ?? '', [...pair][1] ?? '']));
}
