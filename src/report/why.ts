import {
  type Capability,
  type CapabilityClass,
  type CapabilityEvidence,
  type CapabilityReport,
  capabilityClasses,
} from '../model/capability.ts';
import { printable } from '../model/printable.ts';
import { count } from './bytes.ts';
import { levelWords, placeOf, unreadWords } from './capability-words.ts';
import { hang } from './layout.ts';
import type { Style } from './style.ts';

const shownWithoutFull = 20;

/** What each of these classes rests on: every place under the way that leads there, or what was read and showed nothing. */
export function whyText(
  report: CapabilityReport,
  classes: readonly CapabilityClass[],
  options: { readonly subject: string; readonly full: boolean },
  style: Style,
): string {
  const blocks = classes.flatMap((of) => {
    const found = report.capabilities.find((capability) => capability.class === of);
    return found === undefined ? [] : [block(found, report, options.full, style)];
  });
  return [style.bold(printable(options.subject)), ...blocks].join('\n\n');
}

function block(capability: Capability, report: CapabilityReport, full: boolean, style: Style): string {
  const { class: of, verdict, evidence } = capability;
  const title = `${style.bold(of)}  ${capabilityClasses[of].phrase}: ${verdict === 'seen' ? reachWords[capability.reach] : verdictWords[verdict]}`;
  const scopes = capability.scopes.map((scope) => (scope === '*' ? 'any' : printable(scope, { maxLength: 200 })));
  const listed = full ? evidence : evidence.slice(0, shownWithoutFull);
  return [
    title,
    ...(verdict === 'cannot-tell'
      ? [hang('  ', 'nothing that could be read shows it, but code that can run cannot be read:', style.columns)]
      : []),
    ...(scopes.length === 0 ? [] : [hang('  on  ', scopes.join(', '), style.columns)]),
    ...byWay(listed).flatMap((group) => groupLines(group, style)),
    ...(listed.length < evidence.length
      ? [`  … and ${count(evidence.length - listed.length, 'more place', 'more places')} (--full lists them)`]
      : []),
    ...(verdict === 'seen' ? [] : [hang('  ', whatWasRead(report), style.columns)]),
  ].join('\n');
}

const reachWords = {
  own: 'seen in its own code',
  closure: 'seen in what it loads',
  baseline: 'seen in the usual SDK plumbing only',
} as const;
const verdictWords = { 'not-seen': 'not seen', 'cannot-tell': 'cannot tell' } as const;

/** Places that are reached the same way, together, in the order of their first. */
function byWay(evidence: readonly CapabilityEvidence[]): readonly (readonly CapabilityEvidence[])[] {
  const groups = new Map<string, CapabilityEvidence[]>();
  for (const item of evidence) {
    const key = item.path.length === 0 ? 'none' : JSON.stringify(item.path.slice(0, -1));
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups.values()];
}

/** How starting the server leads there, one file a line, then the places: paths must stay whole to be found. */
function groupLines(group: readonly CapabilityEvidence[], style: Style): readonly string[] {
  const path = group[0]?.path ?? [];
  const steps = path.slice(0, -1).map((step, index) => `  ${index === 0 ? 'starts' : 'loads '} ${printable(step, { maxLength: 400 })}`);
  const way = path.length === 0 ? ['  led to by no import by name'] : steps.length === 0 ? ['  in the file that is started'] : steps;
  return [...way.map((line) => style.dim(line)), ...group.map((item) => placeLine(item, style))];
}

function placeLine(item: CapabilityEvidence, style: Style): string {
  const through = item.through === null ? '' : `, through ${printable(item.through, { maxLength: 120 })}`;
  const words = item.unread === null ? levelWords[item.level] : unreadWords(item.unread);
  const place = `    ${printable(placeOf(item), { maxLength: 400 })}`;
  return `${place}\n${hang('      ', `${words}${through}`, style.columns)}`;
}

function whatWasRead({ read, ruleset }: CapabilityReport): string {
  if (read === null) return `read with the rules ${ruleset}`;
  return `read: ${count(read.files, 'file')} that can run, of ${count(read.packages, 'package')}, with the rules ${ruleset}`;
}
