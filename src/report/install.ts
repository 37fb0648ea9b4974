import { printable } from '../model/printable.ts';
import type { Installed, InstallPlan } from '../model/results.ts';
import { tilde } from '../model/tilde.ts';
import { count } from './bytes.ts';
import { type CardOptions, card, section } from './card.ts';
import { hang, table } from './layout.ts';
import { sandboxPlanLines } from './sandbox.ts';
import { secretPlaces } from './secrets.ts';
import type { Style } from './style.ts';

/** The card, then what will be written where. */
export function installPlanText(plan: InstallPlan, options: Pick<CardOptions, 'full'>, style: Style, home: string): string {
  const rows = plan.places.map(({ client, file, name, action }) => [
    action === 'add' ? 'add' : 'replace',
    client,
    `\`${printable(name)}\` in ${printable(tilde(file, home))}`,
  ]);
  return `${[
    card(plan.disclosure, { ...options, clientCommand: plan.clientCommand }, style),
    ...(plan.sandbox === undefined ? [] : [section('what its sandbox lets it do', sandboxPlanLines(plan.sandbox, style), style)]),
    section('what will change', [table(rows, style.columns, 'whole'), ...secretLines(plan, style), ...pinLines(plan, style)], style),
  ].join('\n\n')}\n`;
}

function secretLines(plan: InstallPlan, style: Style): readonly string[] {
  const { secrets, replaced } = plan;
  const place = 'the keychain (where there is none, into a file that only you may read)';
  const from = replaced.moved.length === 0 ? '' : ` (in clear in an entry that is replaced: ${list(replaced.moved)})`;
  return [
    ...(secrets.length === 0
      ? []
      : [`${list(secrets)}: the value goes into ${place}, and into no client; the server gets it at its start${from}`]),
    ...replaced.left.map(({ name, why }) => `${list([name])} stays in clear: ${printable(why, { maxLength: 300 })}`),
  ].map((line) => hang('  ', line, style.columns));
}

function list(names: readonly string[]): string {
  return names.map((name) => printable(name)).join(', ');
}

function pinLines({ was, words, name, disclosure }: InstallPlan, style: Style): readonly string[] {
  const { version } = disclosure.artifact;
  const lines = [hang('  ', pinnedFrom[words], style.columns)];
  if (was !== null && was !== version)
    lines.push(
      hang('  ', `\`${name}\` is pinned at ${printable(was)} now; every client that starts it gets ${printable(version)}`, style.columns),
    );
  return lines;
}

const pinnedFrom = {
  probe: 'its words are pinned as it showed them when it was started',
  'first-use': 'its words were not seen: they will be pinned from its first real launch, and marked so for ever',
  held: 'its words were not seen: nothing reaches the model until you approve it (pinfold approve)',
} as const;

/** What was done, and what to do next. */
export function installedText({ plan, kept }: Installed, home: string, style: Style): string {
  const { artifact } = plan.disclosure;
  const lines = plan.places.map(({ client, file }) => `  ${client}: ${printable(tilde(file, home))}`);
  return [
    `${style.green('installed')} ${printable(artifact.name)} ${printable(artifact.version)} as \`${printable(plan.name)}\` in`,
    ...lines,
    ...keptLines(plan, kept).map((line) => hang('', line, style.columns)),
    `restart the client to use it; undo with: ${undo(plan)}`,
  ].join('\n');
}

/** `remove` takes out what was added; what was there before comes back with `release`. */
function undo({ scope, name, replaced }: InstallPlan): string {
  if (replaced.entries > 0) return `pinfold release ${name}`;
  return `pinfold remove ${scope === 'project' ? '--scope project ' : ''}${name}`;
}

function keptLines({ secrets, replaced: { moved } }: InstallPlan, kept: Installed['kept']): readonly string[] {
  if (kept === null) return [];
  const place = secretPlaces[kept];
  const given = secrets.filter((one) => !moved.includes(one));
  const values = count(moved.length, 'plaintext value', 'plaintext values');
  return [
    ...(given.length === 0 ? [] : [`kept ${list(given)} in ${place}`]),
    ...(moved.length === 0 ? [] : [`moved ${values} out of the clients' files, ${list(moved)}, to ${place}`]),
    ...(secrets.length > 0 ? [] : [`what was replaced held a secret: it is kept in ${place}`]),
  ];
}
