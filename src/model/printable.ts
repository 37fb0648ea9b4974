import { limits } from './limits.ts';

/**
 * Code points that are invisible, reorder text, or drive a terminal: C0/C1, bidi, zero-width, tags, fillers, selectors.
 * An emoji's presentation selector (⚠️) and the joiner inside an emoji sequence are neither: they are left alone there.
 */
const dangerous = new RegExp(
  [
    '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b\\u200c\\u200e\\u200f]',
    '[\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0e\\ufeff\\uffa0\\ufff0-\\uffff\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}]',
    '\\p{Surrogate}',
    '(?<![\\p{Extended_Pictographic}0-9#*])\\ufe0f',
    '(?<!\\p{Extended_Pictographic}\\ufe0f?)\\u200d',
    '\\u200d(?!\\p{Extended_Pictographic})',
  ].join('|'),
  'gu',
);

/** True when the text holds a code point that a person cannot see or that drives a terminal. New lines and tabs are fine. */
export function hasHiddenCharacters(text: string): boolean {
  dangerous.lastIndex = 0;
  return dangerous.test(text);
}

/** Emoji are spelled with a selector and joiners; between and behind pictures they hide nothing. */
const emojiParts =
  /(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier}|[#*0-9])[\ufe0e\ufe0f]|(?<=\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?)\u200d(?=\p{Extended_Pictographic})/gu;

/** The hidden characters of a text that a server declares, each as it comes. Emoji and Windows line ends hide none. */
export function hiddenCharactersOf(text: string): readonly string[] {
  const plain = text.replace(emojiParts, '').replaceAll('\r\n', '\n');
  return hasHiddenCharacters(plain) ? [...plain].filter(hasHiddenCharacters) : [];
}

/**
 * Remote text made fit for one line of a terminal: invisible, bidirectional, control and tag characters shown as
 * `<U+202E>`, line breaks as `\n`, credentials in URLs removed, long text capped with the cap shown.
 * Everything that did not originate in this program passes here before it is printed.
 */
export function printable(text: string, options: { readonly maxLength?: number; readonly lines?: boolean } = {}): string {
  // Credentials first: escaping could otherwise split a URL so that its password is no longer recognised.
  const shown = visible(withoutCredentials(text));
  const flat = options.lines === true ? shown : flattened(shown);
  return cap(flat, options.maxLength ?? limits.printableMaxLength);
}

/**
 * A command line that a person says yes to, on one line and never cut: what stands behind the cut would be approved unseen
 * (SEP-1024). Nor does a credential in a URL take anything with it that a shell would act on.
 *
 * @param text with examples in the place of secrets, as `withoutSecretWords` makes it.
 */
export function printableCommand(text: string): string {
  return flattened(visible(text.replace(plainUser, '://').replace(plainParameter, '$1***')));
}

function visible(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(dangerous, (found) => `<U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`);
}

function flattened(text: string): string {
  return text.replaceAll('\n', '\\n').replaceAll('\t', ' ');
}

/** The text with every URL in it without user, password, and the values of query parameters whose names speak of secrets. */
export function withoutCredentials(text: string): string {
  // From the `://` on, not from the scheme: looking for one at every letter of a long word takes hours.
  return text.replace(/:\/\/[^\s/@]*@/g, '://').replace(secretParameter, '$1***');
}

const secretParameter = /([?&][^=&#\s]{0,64}(?:key|token|secret|passw|auth|sig|cred)[^=&#\s]{0,64}=)[^&#\s"'`<>]+/gi;

/** The same, as far as they hold nothing that a shell acts on. */
const plainUser = /:\/\/[\w.~%+:,=!-]*@/g;
const plainParameter = /([?&][\w.~%+-]{0,64}(?:key|token|secret|passw|auth|sig|cred)[\w.~%+-]{0,64}=)[\w.~%+:,/=-]+/gi;

function cap(text: string, maxLength: number): string {
  const points = [...text];
  if (points.length <= maxLength) return text;
  return `${points.slice(0, maxLength).join('')}… (+${points.length - maxLength} characters)`;
}
