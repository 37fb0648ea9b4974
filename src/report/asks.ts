import { soundsSecret } from '../analysis/mentioned-secrets.ts';
import type { Disclosure } from '../model/disclosure.ts';
import { printable } from '../model/printable.ts';
import { shellLine } from '../model/shell-line.ts';
import { count } from './bytes.ts';
import { ownWords } from './capability-words.ts';
import { type CredentialGroup, credentialGroups } from './credentials.ts';
import { hangWithin, pad, truncate, width } from './layout.ts';
import { type Room, rowsFor } from './room.ts';
import type { Style } from './style.ts';

/** What the server wants to be handed: secrets and where they go first, then other variables, then what its entry gives it. */
export function asksLines({ capabilities, credentials, launch, artifact }: Disclosure, style: Style, room: Room): readonly string[] {
  const { full } = room;
  const { secrets, settings, others } = variablesByUse(capabilities.environment, artifact.name);
  const groups = credentialGroups(credentials);
  const followed = new Set(credentials.map(({ variable }) => variable));
  const left = secrets.filter((name) => !followed.has(name));
  const ways = groups.slice(0, room.ways);
  const reads = capabilities.capabilities.some(
    ({ class: of, scopes, reach }) => of === 'env.read' && reach !== 'baseline' && scopes.includes('*'),
  );
  const wholesale = reads && !followed.has('*');
  const plain = [...settings, ...others];
  const rest = groups.length - ways.length;
  const more = rest === 0 ? '' : `${count(rest, 'more way', 'more ways')} of other keys (--full)`;
  const also =
    left.length === 0
      ? ''
      : `${ways.length === 0 ? '' : 'also named: '}${names(left, style, full, more === '' ? 12 : 12 + width(more) + 2)}`;
  const rows: (readonly [string, string])[] = [
    ...ways.map((group, index): [string, string] => [index === 0 ? 'secrets' : '', wayText(group, style, room)]),
    [ways.length === 0 ? 'secrets' : '', [more, also].filter((text) => text !== '').join('; ')],
    [
      'variables',
      plain.length === 0 && wholesale
        ? 'its code reads the whole environment'
        : names(plain, style, full, wholesale ? width(andAll) : 0) + (wholesale ? andAll : ''),
    ],
    ['arguments', launch.args.length === 0 ? '' : printable(shellLine(launch.args), { maxLength: 600 })],
    ['its entry', launch.envNames.length === 0 ? '' : `hands it ${printable(launch.envNames.join(', '), { maxLength: 600 })}`],
  ];
  const shown = rows.filter(([, text]) => text !== '');
  const widest = Math.max(0, ...shown.map(([title]) => width(title)));
  // Arguments stand whole in the command.
  return shown.map(([title, text]) => {
    const start = `  ${pad(title, widest)}  `;
    return hangWithin(start, text, style.columns, { rows: rowsFor(room, title === 'secrets' || title === '' ? 2 : 1) });
  });
}

const andAll = '; and the whole environment';

/** `A_KEY, +2 → api.a.dev, +1`: on a card as many names as share a line with the first host. */
function wayText({ variables, how, to }: CredentialGroup, style: Style, { full }: Room): string {
  const destination = printable(`${how}${some(to, full ? to.length : 3)}`, { maxLength: full ? 2_000 : 200 });
  const room = Math.max(20, style.columns - 22 - width(destination));
  let shown = full ? variables.length : Math.min(variables.length, room);
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

/** One line of names that leaves `taken` columns, the rest counted; all of them with `full`. */
function names(all: readonly string[], style: Style, full: boolean, taken: number): string {
  const safe = all.map((name) => printable(name, { maxLength: 80 }));
  if (full || safe.length === 0) return safe.join(', ');
  const room = Math.max(20, style.columns - 16 - taken);
  for (let shown = Math.min(safe.length, room); shown > 1; shown--) {
    const text = safe.slice(0, shown).join(', ') + (shown < safe.length ? `, +${safe.length - shown}` : '');
    if (width(text) <= room) return text;
  }
  return truncate(safe[0] ?? '', room - 6) + (safe.length > 1 ? `, +${safe.length - 1}` : '');
}
