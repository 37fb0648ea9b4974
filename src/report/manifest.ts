import { type CapabilityClass, capabilityClasses } from '../model/capability.ts';
import { type DeclaredDifference, type DeclaredManifest, declaredFile, declaredKinds } from '../model/declared-manifest.ts';
import { printable } from '../model/printable.ts';
import { count } from './bytes.ts';
import { hang, pad, width } from './layout.ts';
import type { Style } from './style.ts';

/** What `manifest create` did. */
export function createdText(
  result: { readonly file: string; readonly change: 'created' | 'updated' | 'unchanged'; readonly manifest: DeclaredManifest },
  style: Style,
): string {
  const { manifest } = result;
  const items = declaredKinds.map((kind) => [Object.keys(manifest[kind]).length, nouns[kind]] as const);
  const parts = [
    ...items.filter(([amount]) => amount > 0).map(([amount, noun]) => count(amount, noun)),
    ...(manifest.instructions === null ? [] : ['instructions']),
    count(Object.keys(manifest.capabilities).length, 'capability', 'capabilities'),
    count(Object.keys(manifest.variables).length, 'variable'),
  ];
  return [
    `${result.change} ${printable(result.file, { maxLength: 2_000 })}`,
    hang('  ', `${printable(`${manifest.name}@${manifest.version}`)}: ${parts.join(', ')}`, style.columns),
  ].join('\n');
}

const nouns = { tools: 'tool', prompts: 'prompt', resourceTemplates: 'resource template' } as const;

/** What is not in a manifest because it could not be read; null = nothing. */
export function missingText(missing: readonly string[]): string | null {
  if (missing.length === 0) return null;
  return `not looked at, because not installed below the folder: ${printable(missing.join(', '), { maxLength: 600 })}`;
}

/** What `manifest check` found: a table of differences, or that there are none. */
export function checkedText(
  result: { readonly name: string; readonly version: string; readonly differences: readonly DeclaredDifference[] },
  style: Style,
): string {
  const label = printable(`${result.name}@${result.version}`);
  if (result.differences.length === 0) return `${label} is what ${declaredFile} says`;
  const subjects = result.differences.map(({ subject }) => printable(subject, { maxLength: 120 }));
  const [kindWidth, subjectWidth] = [10, Math.min(40, Math.max(...subjects.map(width)))];
  const rows = result.differences.map((one, at) => {
    const paint = one.kind === 'absent' ? style.dim : style.yellow;
    return hang(`  ${paint(pad(one.kind, kindWidth))}  ${pad(subjects[at] ?? '', subjectWidth)}  `, differenceWords(one), style.columns);
  });
  return [`${label} is not what ${declaredFile} says: ${count(rows.length, 'difference')}`, '', ...rows].join('\n');
}

/** The two sides of a difference; of digests, only that they differ: their letters tell a person nothing. */
function differenceWords({ subject, kind, declared, found }: DeclaredDifference): string {
  const of = subject.startsWith('capabilities/') ? phraseOf(subject) : '';
  const said = (text: string | null) => (text === null ? 'none' : printable(text, { maxLength: 300 }));
  const isDigest = [declared, found].every((text) => text === null || text.startsWith('sha256-') || text === 'varies');
  if (kind === 'undeclared') return [of, isDigest ? 'the server has it, the manifest does not' : said(found)].filter(Boolean).join(': ');
  if (kind === 'absent')
    return [of, isDigest ? 'the manifest has it, the server does not' : `no more (was ${said(declared)})`].filter(Boolean).join(': ');
  if (isDigest) return declared !== 'varies' && found !== 'varies' ? 'other words' : `${shortDigest(declared)} → ${shortDigest(found)}`;
  return [of, `${said(declared)} → ${said(found)}`].filter(Boolean).join(': ');
}

function shortDigest(text: string | null): string {
  return text === 'varies' ? 'varies' : 'a digest';
}

/** What a capability class does, in words; a class that this version does not know stands for itself. */
export function phraseOf(subject: string): string {
  const of = subject.slice(subject.indexOf('/') + 1);
  return Object.hasOwn(capabilityClasses, of) ? capabilityClasses[of as CapabilityClass].phrase : printable(of);
}

/** What `manifest sign` wrote, and what to publish. */
export function signedText(
  { file, signature, fingerprint }: { readonly file: string; readonly signature: string; readonly fingerprint: string | null },
  style: Style,
): string {
  const who = fingerprint === null ? 'as this CI job; its certificate is in the bundle and in a public log' : `with ${fingerprint}`;
  return [
    hang('signed ', `${printable(file, { maxLength: 2_000 })} ${who}`, style.columns),
    `  ${printable(signature, { maxLength: 2_000 })}`,
  ].join('\n');
}

/** What `manifest verify` found. */
export function verifiedText(
  result: {
    readonly file: string;
    readonly outcome: 'verified' | 'absent' | 'unavailable' | 'invalid';
    readonly why: string;
  },
  style: Style,
): string {
  const paint = { verified: style.green, absent: style.yellow, unavailable: style.yellow, invalid: style.red }[result.outcome];
  return hang(`${paint(result.outcome)}  `, `${printable(result.file, { maxLength: 2_000 })}: ${result.why}`, style.columns);
}
