import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { openParts } from '../model/filled.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import type { PinnedWord } from '../model/pin.ts';
import type { EntryValues } from './client.ts';
import type { EditableText } from './edit/editable-text.ts';
import { valueAt } from './edit/json-value.ts';

/** A word of an entry's command line. `text` may be a secret. */
export interface EntryWord {
  /** Counted from the last word (0): what starts the server stands before its arguments, and is not always as long. */
  readonly fromEnd: number;
  /** What the word that stands there must be a value of. */
  readonly word: PinnedWord;
  readonly text: string;
}

type Path = readonly (string | number)[];

/**
 * The document with words of one entry's command line replaced, each where it is written as a text of its own.
 *
 * @throws GuardError `config-invalid` when a word is something else there, or cannot be told from other text.
 */
export function withWords(
  words: readonly EntryWord[],
  { document, path, values }: { readonly document: EditableText; readonly path: Path; readonly values: EntryValues | null },
  host: Host,
): EditableText {
  const line = values === null ? [] : [values.command ?? '', ...values.args];
  const home = { home: host.places.home };
  return words.reduce((now, { fromEnd, word, text }) => {
    const old = line[line.length - 1 - fromEnd];
    if (old === text) return now;
    if (old === undefined || openParts(word, old, home) === null) throw notThere('its command line has another word there');
    const places = textsIn(valueAt(document.value, path) ?? null, []).filter((at) => valueAt(document.value, [...path, ...at]) === old);
    const before = line.slice(0, line.length - 1 - fromEnd).filter((other) => other === old).length;
    const place = places[before];
    // The same text may stand there several times, but every time as a word.
    if (place === undefined || places.length !== line.filter((other) => other === old).length)
      throw notThere('the word is not written there as a text of its own');
    return now.set([...path, ...place], text);
  }, document);
}

/** Where texts stand in an entry. */
function textsIn(value: JsonValue, at: Path): readonly Path[] {
  if (typeof value === 'string') return [at];
  if (Array.isArray(value)) return value.flatMap((item: JsonValue, index) => textsIn(item, [...at, index]));
  return isObject(value) ? Object.entries(value).flatMap(([member, inner]) => textsIn(inner, [...at, member])) : [];
}

function notThere(why: string): GuardError {
  return new GuardError('config-invalid', 'a word of a command line is not changed', { why });
}
