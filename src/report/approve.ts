import type { JsonValue } from '../model/json.ts';
import { printable } from '../model/printable.ts';
import type { Approved, ApprovePlan, Unblocked, WithheldItem } from '../model/results.ts';
import { section } from './card.ts';
import { findingLines } from './findings.ts';
import type { Style } from './style.ts';
import { clientWords } from './views.ts';
import { changedFieldLines } from './words.ts';

/** What was withheld, old against new, word by word. */
export function pendingText(plan: ApprovePlan, options: { readonly full: boolean }, style: Style): string {
  const blocks = plan.items.map((item) => itemBlock(item, options.full, style));
  return [
    style.bold(
      `${printable(plan.name)} said ${plan.items.length === 1 ? 'one thing that was' : `${plan.items.length} things that were`} not approved`,
    ),
    `  ${why(plan)}`,
    ...blocks,
    section('findings', findingLines(plan.findings, style, options), style),
    '',
  ]
    .filter((text, index) => text !== '' || index === blocks.length + 3)
    .join('\n\n');
}

/** Words that changed without the package are the hard case: nobody published them. */
function why({ samePackage, items }: ApprovePlan): string {
  if (items.every(({ onThisMachine }) => onThisMachine === true))
    return 'only what is mounted on this machine differs; it is pinned on this machine, not in the lock';
  if (!samePackage) return 'its command is the approved one; what that loads is not pinned';
  return items.some(({ before }) => before !== null)
    ? 'the package has not changed; its words have'
    : 'the package has not changed; it says more';
}

function itemBlock(item: WithheldItem, full: boolean, style: Style): string {
  const whom = item.clients === undefined ? '' : `, withheld from ${item.clients.map(clientWords).join('; ')}`;
  const where = item.onThisMachine === true ? '; depends on this machine' : '';
  const title = `${item.kind === 'instructions' ? 'instructions' : `${singular[item.kind]} ${printable(item.name)}`}${whom}${where}`;
  if (item.before === null) return [`${style.green('+')} ${title} (new)`, ...newLines(item.after, full)].join('\n');
  return [`${style.yellow('~')} ${title}`, ...changedFieldLines(item.before, item.after, full, style)].join('\n');
}

const singular = {
  tools: 'tool',
  prompts: 'prompt',
  resources: 'resource',
  resourceTemplates: 'resource template',
  instructions: 'instructions',
  agentSurface: 'request to the client:',
  ui: 'page',
  scope: 'right that a sign-in gives it:',
} as const;

function newLines(value: JsonValue, full: boolean): readonly string[] {
  const lines = (typeof value === 'string' ? value : JSON.stringify(value, null, 2)).split('\n');
  const shown = lines.slice(0, full ? 4_000 : 14).map((line) => `    ${printable(line, { maxLength: full ? 64_000 : 300 })}`);
  const rest = lines.length - shown.length;
  // What is not shown is said: a flood in front of an order must not look like the whole.
  return rest === 0 ? shown : [...shown, `    … ${rest === 1 ? '1 more line' : `${rest} more lines`}${full ? '' : ' (--full)'}`];
}

/** What became of it, one line. */
export function approvedText({ name, approved, rejected, blocked }: Approved, style: Style): string {
  const whose = `\`${printable(name)}\``;
  if (rejected > 0) return `forgot ${rejected} waiting; ${whose} stays as it was pinned, and asks again when it says so again`;
  if (blocked > 0)
    return `blocked ${blocked} for ever; ${whose} stays as it was pinned, and does not ask about ${blocked === 1 ? 'it' : 'them'} again`;
  if (approved > 0) return `${style.green('approved')} ${approved} for ${whose}; it counts from the next start of the server`;
  return `nothing of ${whose} waits for approval`;
}

/** What would be offered again. */
export function blockedText(name: string, items: readonly string[]): string {
  return [`blocked for ever of \`${printable(name)}\`:`, ...items.map((item) => `  ${printable(item, { maxLength: 200 })}`)].join('\n');
}

/** What was lifted, one line. */
export function unblockedText({ name, items }: Unblocked): string {
  if (items.length === 0) return `nothing of \`${printable(name)}\` is blocked for ever`;
  return `lifted ${items.length} of \`${printable(name)}\`; still withheld, and offered again when it says so again`;
}
