import type { ClientEntry, ConfigProblem, ListedEntry } from '../model/client-entry.ts';
import { printable } from '../model/printable.ts';
import { tilde } from '../model/tilde.ts';
import { count } from './bytes.ts';
import { hang, table } from './layout.ts';
import { sandboxSummary } from './sandbox.ts';
import type { Style } from './style.ts';

export interface Listing {
  readonly entries: readonly ListedEntry[];
  readonly problems: readonly ConfigProblem[];
  /** The user's home, shown as `~`. */
  readonly home: string;
}

/** Every server of every client, grouped by config file, then what could not be read. */
export function listText(listing: Listing, style: Style): string {
  const files = [...new Set(listing.entries.map(({ file }) => file))];
  const blocks = files.map((file) => fileBlock(file, listing, style));
  if (listing.problems.length > 0) blocks.push(problemBlock(listing, style));
  if (listing.entries.length === 0) blocks.unshift('no servers in any client that pinfold knows');
  else blocks.push([summary(listing.entries), ...hints(listing.entries)].join('\n'));
  return blocks.join('\n\n');
}

function fileBlock(file: string, listing: Listing, style: Style): string {
  const entries = listing.entries.filter((entry) => entry.file === file);
  const first = entries[0];
  const heading = first === undefined ? '' : `${first.client}, ${first.scope} scope`;
  const rows = entries.map((entry) => [printable(entry.name, { maxLength: 40 }), state(entry), what(entry)]);
  return [`${style.bold(heading)}  ${style.dim(printable(tilde(file, listing.home)))}`, table(rows, style.columns)].join('\n');
}

function state(entry: ListedEntry): string {
  if (entry.quarantined) return 'stopped';
  if (entry.trust === 'untrusted') return 'untrusted';
  if (entry.guarded) return 'guarded';
  if (!entry.enabled) return 'disabled';
  return entry.transport === 'invalid' ? 'invalid' : 'unguarded';
}

function what(entry: ListedEntry): string {
  if (entry.url !== null) return printable(`${entry.transport} ${entry.url}`);
  const { package: code } = entry;
  if (entry.guarded)
    return entry.pin === null
      ? 'no pin'
      : printable(
          `pin ${entry.pin}${entry.unpinned === null ? '' : `; bytes not pinned: ${entry.unpinned}`}${sandboxed(entry)}${otherForm(entry)}`,
        );
  if (code === null) return printable([entry.command ?? '', ...entry.args].join(' '));
  const version = code.version === null ? 'any version' : `${code.version}${code.versionKind === 'exact' ? '' : ` (${code.versionKind})`}`;
  return printable(`${code.type} ${code.name} ${code.type === 'local' ? '' : version}`.trimEnd());
}

function sandboxed({ sandbox }: ListedEntry): string {
  return sandbox === null ? '' : `; sandbox: ${sandboxSummary(sandbox)}`;
}

function otherForm({ equivalentItems }: ListedEntry): string {
  return equivalentItems === 0 ? '' : `; ${count(equivalentItems, 'item', 'items')} in another form, same words`;
}

function problemBlock(listing: Listing, style: Style): string {
  const lines = listing.problems.map((problem) =>
    hang('  ', printable(`${problem.client}: ${tilde(problem.file, listing.home)}: ${problem.message} (${problem.code})`), style.columns),
  );
  return [style.bold('could not be read as the client reads it'), ...lines].join('\n');
}

function summary(entries: readonly ClientEntry[]): string {
  const guarded = entries.filter((entry) => entry.guarded).length;
  const clients = new Set(entries.map(({ client }) => client)).size;
  return `${count(entries.length, 'entry', 'entries')} in ${count(clients, 'client')}, ${guarded} guarded`;
}

/** What to do about entries that somebody has to look at. */
function hints(entries: readonly ListedEntry[]): readonly string[] {
  const untrusted = entries.filter(({ trust }) => trust === 'untrusted').length;
  const stopped = entries.filter(({ quarantined }) => quarantined).length;
  return [
    ...(untrusted === 0
      ? []
      : [`${count(untrusted, 'entry', 'entries')} came with this project and nobody here answered for: pinfold trust`]),
    ...(stopped === 0 ? [] : [`${count(stopped, 'entry', 'entries')} kept from starting until you decide: pinfold review`]),
  ];
}
