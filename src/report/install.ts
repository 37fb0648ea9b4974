import { printable } from '../model/printable.ts';
import type { Installed, InstallPlan } from '../model/results.ts';
import { tilde } from '../model/tilde.ts';
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
  if (plan.secrets.length === 0) return [];
  const place = 'the keychain (where there is none, into a file that only you may read)';
  return [hang('  ', `${named(plan)}: the value goes into ${place}, and into no client; the server gets it at its start`, style.columns)];
}

function named({ secrets }: InstallPlan): string {
  return secrets.map((name) => printable(name)).join(', ');
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
    ...(kept === null ? [] : [hang('', `kept ${named(plan)} in ${secretPlaces[kept]}`, style.columns)]),
    `restart the client to use it; undo with: pinfold remove ${plan.scope === 'project' ? '--scope project ' : ''}${plan.name}`,
  ].join('\n');
}
