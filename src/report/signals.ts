/** What each rule saw, in words that end before the quotation. Pages: docs/signals/<rule>.md. */
const rules: Readonly<Record<string, string>> = {
  'orders-about-any-tool': 'gives orders about the use of any tool',
  'orders-about-a-tool-elsewhere': 'gives orders about a tool of another server',
  'orders-about-an-unknown-name': 'gives orders about something that this server does not have',
  'orders-about-own-tools': 'prescribes an order among its own tools',
  'ignores-instructions': 'wants earlier instructions ignored',
  'hides-from-user': 'wants something kept from the user',
  'skips-consent': 'wants no confirmation to be asked for',
  'speaks-as-the-system': 'speaks as if it were the system',
  'speaks-to-the-model': 'speaks to the model',
  threatens: 'threatens with consequences',
  'names-secret-places': 'names a place where secrets lie',
  'takes-user-data': 'wants data of the user or of the conversation sent on',
  'asks-for-secrets': 'asks for a secret as a parameter',
  'asks-for-context': 'asks for the conversation or the prompt as a parameter',
  'links-that-carry-data': 'has a link that carries data out',
  'runs-shell-commands': 'wants commands run or rights given',
  'claims-to-replace-others': 'claims the place of other tools',
  'orders-in-another-language': 'gives orders to the model in another language',
  'spelled-out-orders': 'spells orders out in single letters',
  'letters-of-another-script': 'has letters of another script inside a word',
  'encoded-words': 'has words in code',
  'hidden-comment': 'has a comment that is not displayed',
  'pushed-out-of-sight': 'has text behind a long blank',
  'picture-or-data-link': 'has a picture or a data link',
  'very-long': 'is very long',
  'shadows-a-tool': 'is called like a tool of another server',
  'several-signals': 'has several marks of orders to the model',
  'not-read-to-the-end': 'has more texts than are read',
};

/** How the text had to be read. As it is written, and over empty lines, needs no mention. */
const readings: Readonly<Record<string, string>> = {
  'letters-apart': ', spelled letter by letter',
  'digits-for-letters': ', with digits for letters',
  'other-letters': ', with letters of another script',
  'several-fields': ', spread over several fields',
  base64: ', in base64',
  hexadecimal: ', in hexadecimal',
  percent: ', percent-encoded',
  entities: ', in character references',
  escapes: ', in escapes',
  rot13: ', in ROT13',
  backwards: ', backwards',
};

/** The sentence of a text signal; the span that fired stands between `»` and `«`, so that it is seen without colour. */
export function signalWords(fact: (name: string) => string): string {
  const where = fact('pointer') === '' ? '' : ` at ${fact('pointer')}`;
  const other = fact('other') === '' ? '' : ` (${fact('other')})`;
  return `${rules[fact('rule')] ?? fact('rule')}${other}${readings[fact('reading')] ?? ''}${where}: ${fact('before')}»${fact('span')}«${fact('after')} [${fact('rule')}]`;
}
