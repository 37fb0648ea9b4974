import { soundsSecret } from '../analysis/mentioned-secrets.ts';
import type { Disclosure } from '../model/disclosure.ts';
import { printable } from '../model/printable.ts';
import { shellLine } from '../model/shell-line.ts';
import { hang, pad, truncate, width } from './layout.ts';
import type { Style } from './style.ts';

/** What the server wants to be handed: secrets first, then other variables, then what its entry gives it. */
export function asksLines({ capabilities, launch, artifact }: Disclosure, style: Style, full: boolean): readonly string[] {
  const { secrets, settings, others } = variablesByUse(capabilities.environment, artifact.name);
  const reads = capabilities.capabilities.some(
    ({ class: of, scopes, reach }) => of === 'env.read' && reach !== 'baseline' && scopes.includes('*'),
  );
  const wholesale = reads ? 'its code also reads the whole environment' : '';
  const more = !full && settings.length > 0 && others.length > 0 ? `and ${others.length} more (--full)` : '';
  const rows: (readonly [string, string])[] = [
    ['secrets', names(secrets, style, full)],
    ['variables', names(full ? [...settings, ...others] : settings.length > 0 ? settings : others, style, full)],
    ['', [more, wholesale].filter((part) => part !== '').join('; ')],
    ['arguments', launch.args.length === 0 ? '' : printable(shellLine(launch.args), { maxLength: 600 })],
    ['its entry', launch.envNames.length === 0 ? '' : `hands it ${printable(launch.envNames.join(', '), { maxLength: 600 })}`],
  ];
  const shown = rows.filter(([, text]) => text !== '');
  const widest = Math.max(0, ...shown.map(([title]) => width(title)));
  return shown.map(([title, text]) => hang(`  ${pad(title, widest)}  `, text, style.columns));
}

/**
 * Names that sound like secrets, names that carry a word of the package's own name (its settings), and the rest, which
 * mostly belongs to what it is built on.
 */
export function variablesByUse(
  environment: readonly string[],
  packageName: string,
): Readonly<Record<'secrets' | 'settings' | 'others', readonly string[]>> {
  const own = packageName
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter((word) => word.length > 2 && word !== 'MCP' && word !== 'SERVER');
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
