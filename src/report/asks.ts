import { soundsSecret } from '../analysis/mentioned-secrets.ts';
import type { Disclosure } from '../model/disclosure.ts';
import { printable } from '../model/printable.ts';
import { shellLine } from '../model/shell-line.ts';
import { count } from './bytes.ts';
import { ownWords } from './capability-words.ts';
import { type CredentialGroup, credentialGroups } from './credentials.ts';
import { hang, pad, truncate, width } from './layout.ts';
import type { Style } from './style.ts';

/** Ways of keys that a card has room for. */
const maxWays = 4;

/** What the server wants to be handed: secrets and where they go first, then other variables, then what its entry gives it. */
export function asksLines({ capabilities, credentials, launch, artifact }: Disclosure, style: Style, full: boolean): readonly string[] {
  const { secrets, settings, others } = variablesByUse(capabilities.environment, artifact.name);
  const groups = credentialGroups(credentials);
  const followed = new Set(credentials.map(({ variable }) => variable));
  const left = secrets.filter((name) => !followed.has(name));
  const ways = full ? groups : groups.slice(0, maxWays);
  const reads = capabilities.capabilities.some(
    ({ class: of, scopes, reach }) => of === 'env.read' && reach !== 'baseline' && scopes.includes('*'),
  );
  const wholesale = reads && !followed.has('*') ? 'its code also reads the whole environment' : '';
  const rest = groups.length - ways.length;
  const rows: (readonly [string, string])[] = [
    ...ways.map((group, index): [string, string] => [index === 0 ? 'secrets' : '', wayText(group, style, full)]),
    ['', rest === 0 ? '' : `and ${count(rest, 'more way', 'more ways')} of other keys (--full)`],
    [ways.length === 0 ? 'secrets' : '', left.length === 0 ? '' : (ways.length === 0 ? '' : 'also named: ') + names(left, style, full)],
    ['variables', names([...settings, ...others], style, full)],
    ['', wholesale],
    ['arguments', launch.args.length === 0 ? '' : printable(shellLine(launch.args), { maxLength: 600 })],
    ['its entry', launch.envNames.length === 0 ? '' : `hands it ${printable(launch.envNames.join(', '), { maxLength: 600 })}`],
  ];
  const shown = rows.filter(([, text]) => text !== '');
  const widest = Math.max(0, ...shown.map(([title]) => width(title)));
  return shown.map(([title, text]) => hang(`  ${pad(title, widest)}  `, text, style.columns));
}

/** `A_KEY, +2 → api.a.dev, +1`: on a card as many names as share a line with the first host. */
function wayText({ variables, how, to }: CredentialGroup, style: Style, full: boolean): string {
  const destination = printable(`${how}${some(to, full ? to.length : 3)}`, { maxLength: full ? 2_000 : 200 });
  const room = Math.max(20, style.columns - 22 - width(destination));
  let shown = variables.length;
  while (!full && shown > 1 && width(some(variables, shown)) > room) shown--;
  return `${printable(some(variables, shown), { maxLength: full ? 4_000 : 200 })} → ${destination}`;
}

function some(all: readonly string[], shown: number): string {
  return all.slice(0, shown).join(', ') + (shown < all.length ? `, +${all.length - shown}` : '');
}

/**
 * Names that sound like secrets, names that carry a word of the package's own name (its settings), and the rest, which
 * mostly belongs to what it is built on.
 */
export function variablesByUse(
  environment: readonly string[],
  packageName: string,
): Readonly<Record<'secrets' | 'settings' | 'others', readonly string[]>> {
  const own = ownWords(packageName).map((word) => word.toUpperCase());
  const isOwn = (name: string) => name.split('_').some((word) => own.includes(word));
  const secrets = environment.filter(soundsSecret);
  const rest = environment.filter((name) => !soundsSecret(name));
  return {
    secrets: [...secrets.filter(isOwn), ...secrets.filter((name) => !isOwn(name))],
    settings: rest.filter(isOwn),
    others: rest.filter((name) => !isOwn(name)),
  };
}

/** One line of names, the rest counted; all of them with `full`. */
function names(all: readonly string[], style: Style, full: boolean): string {
  const safe = all.map((name) => printable(name, { maxLength: 80 }));
  if (full || safe.length === 0) return safe.join(', ');
  const room = style.columns - 22;
  for (let shown = safe.length; shown > 1; shown--) {
    const text = safe.slice(0, shown).join(', ') + (shown < safe.length ? `, +${safe.length - shown}` : '');
    if (width(text) <= room) return text;
  }
  return truncate(safe[0] ?? '', room - 6) + (safe.length > 1 ? `, +${safe.length - 1}` : '');
}
