import { printable } from '../model/printable.ts';
import type { RemoteInstalled, RemoteInstallPlan } from '../model/remote-results.ts';
import { shellLine } from '../model/shell-line.ts';
import { tilde } from '../model/tilde.ts';
import { type CardOptions, section } from './card.ts';
import { hang, table } from './layout.ts';
import { remoteCard } from './remote-card.ts';
import { endedText, keptText } from './sign-in.ts';
import type { Style } from './style.ts';

/** The card, then what will be written where. */
export function remotePlanText(plan: RemoteInstallPlan, options: Pick<CardOptions, 'full'>, style: Style, home: string): string {
  const rows = plan.places.map(({ client, file, name, action }) => [
    action,
    client,
    `\`${printable(name)}\` in ${printable(tilde(file, home))}`,
  ]);
  const { headerNames } = plan.disclosure;
  const kept =
    headerNames.length === 0
      ? []
      : [
          hang(
            '  ',
            `the headers ${headerNames.join(', ')} are kept in the keychain (where there is none, in a file that only you may read), and no client gets them`,
            style.columns,
          ),
        ];
  const unblock = new Set(
    plan.blockedBy.map(({ scope, name }) =>
      shellLine(['pinfold', 'unblock', ...(scope === 'project' ? ['--scope', 'project'] : []), name]),
    ),
  );
  const barred = [...unblock].map((command) =>
    hang('  ', `what you blocked for ever stays blocked; take it back with: ${command}`, style.columns),
  );
  return `${[
    remoteCard(plan.disclosure, { ...options, clientCommand: plan.clientCommand }, style),
    section(
      'what will change',
      [table(rows, style.columns, 'whole'), hang('  ', pinnedFrom[plan.words], style.columns), ...kept, ...barred],
      style,
    ),
  ].join('\n\n')}\n`;
}

const pinnedFrom = {
  probe: 'its words are pinned as it told two clients',
  'first-use': 'its words were not heard: they will be pinned from its first real session, and marked so for ever',
  held: 'its words were not heard: nothing reaches the model until you approve it (pinfold approve)',
} as const;

/** What was done, and what to do next. */
export function remoteInstalledText({ plan, kept, replaced }: RemoteInstalled, home: string, style: Style): string {
  const { authorization, signedIn } = plan.disclosure;
  const scope = plan.scope === 'project' ? '--scope project ' : '';
  return [
    `${style.green('installed')} ${printable(plan.disclosure.url, { maxLength: 200 })} as \`${printable(plan.name)}\` in`,
    ...plan.places.map(({ client, file }) => `  ${client}: ${printable(tilde(file, home))}`),
    ...(kept === null ? [] : [keptText(kept)]),
    ...(replaced === null ? [] : [endedText(replaced, 'the sign-in before it', style)]),
    ...(authorization.status === 'oauth-calls' && !signedIn ? [`sign in for its calls: pinfold login ${scope}${plan.name}`] : []),
    `restart the client to use it; undo with: pinfold remove ${scope}${plan.name}`,
  ].join('\n');
}
