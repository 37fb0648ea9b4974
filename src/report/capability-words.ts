import type { Capability, CapabilityClass, CapabilityEvidence, EvidenceLevel } from '../model/capability.ts';
import { capabilityClasses, gainTiers } from '../model/capability.ts';
import { printable } from '../model/printable.ts';
import { truncate, width } from './layout.ts';

/** The phrases of the model, short enough to share a line with scopes. */
export const shortPhrases: Record<CapabilityClass, string> = {
  'exec.install': 'runs code during install',
  'exec.spawn': 'runs other programs',
  'exec.dynamic': 'builds or downloads code',
  'code.opaque': 'holds unreadable code',
  'fs.read': 'reads files',
  'fs.write': 'changes files',
  'secrets.read': 'touches credential stores',
  'env.read': 'reads variables',
  'net.connect': 'connects to the network',
  'net.listen': 'opens a port',
  'host.control': 'controls this machine or apps',
  'user.capture': 'captures screen, sound or keys',
  persist: 'stays after you stop it',
  'agent.modify': 'can change your AI setup',
  'agent.surface': 'offers or asks the model things',
  'supply.mutable': 'changes without an approval',
};

/** How sure one piece of evidence is, in words. */
export const levelWords: Record<EvidenceLevel, string> = {
  declared: 'declared in its metadata',
  import: 'loads a module that does this',
  'call-site': 'calls it',
  'literal-scoped': 'calls it, and names on what',
  observed: 'seen to do it while it ran',
};

/** Why a file is no answer, in words; a rule that this version does not know stands for itself. */
export function unreadWords(rule: string | null): string {
  const known: Readonly<Record<string, string>> = {
    native: 'is machine code',
    minified: 'is minified, so nobody can read it',
    obfuscated: 'is obfuscated',
    'global-wasm': 'runs WebAssembly',
    'global-dlopen': 'loads machine code',
    'pkg-native': 'loads machine code',
  };
  if (rule === null) return 'cannot be read';
  return Object.hasOwn(known, rule) ? (known[rule] ?? rule) : `cannot be read (${printable(rule, { maxLength: 80 })})`;
}

/** Capabilities that were seen outside the usual plumbing, most serious first. */
export function seenBeyondPlumbing(capabilities: readonly Capability[]): readonly Capability[] {
  return capabilities.filter(({ verdict, reach }) => verdict === 'seen' && reach !== 'baseline').sort(bySeriousness);
}

function bySeriousness(a: Capability, b: Capability): number {
  return gainTiers.indexOf(capabilityClasses[b.class].gain) - gainTiers.indexOf(capabilityClasses[a.class].gain);
}

/** The dependency that brings it, as `name@version`; null = the server's own code does. */
export function throughOf({ reach, evidence }: Capability): string | null {
  return reach === 'own' ? null : (evidence.find(({ through }) => through !== null)?.through ?? 'a dependency');
}

/** `name@version` without its version. */
export function withoutVersion(label: string): string {
  const at = label.lastIndexOf('@');
  return at > 0 ? label.slice(0, at) : label;
}

/** The words of a package's name that are its own, lower case: `firecrawl` of `firecrawl-mcp`. */
export function ownWords(packageName: string): readonly string[] {
  return packageName
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 2 && word !== 'mcp' && word !== 'server');
}

/** This machine, and places that are as good as anywhere. */
const coarse = /^(?:localhost|127\.[\d.]+|0\.0\.0\.0|::1?|\[::1?\]|\.\.?|\/|~|<\w+>)(?:\/\**)?$/;

/** Scopes in the order in which they tell most: what bears the name of the package, other concrete ones, coarse ones. */
export function tellingFirst(scopes: readonly string[], own: readonly string[]): readonly string[] {
  const rank = (scope: string) => (own.some((word) => scope.toLowerCase().includes(word)) ? 0 : coarse.test(scope) ? 2 : 1);
  return [...scopes].sort((a, b) => rank(a) - rank(b));
}

/** As many scopes as fit into `columns`, the rest counted; `*` is "any". Empty when there are none. */
export function scopesIn(scopes: readonly string[], columns: number): string {
  if (scopes.length === 0) return '';
  const named = scopes.filter((scope) => scope !== '*' && scope.trim() !== '').map((scope) => printable(scope, { maxLength: 80 }));
  const any = scopes.includes('*');
  if (named.length === 0) return 'any';
  const [open, close] = any ? ['any (', ')'] : ['', ''];
  for (let shown = Math.min(named.length, columns); shown > 0; shown--) {
    const rest = named.length - shown;
    const text = `${open}${named.slice(0, shown).join(', ')}${rest > 0 ? `, +${rest}` : ''}${close}`;
    if (width(text) <= columns) return text;
  }
  // A whole name that is shorter tells more than the first one cut.
  const rest = named.length === 1 ? '' : `, +${named.length - 1}`;
  const fits = named.map((scope) => `${open}${scope}${rest}${close}`).find((text) => width(text) <= columns);
  if (fits !== undefined) return fits;
  return any ? 'any' : truncate(`${named[0] ?? ''}${rest}`, columns);
}

/** `file:line`, or the file alone where the whole file is meant. */
export function placeOf({ file, line }: Pick<CapabilityEvidence, 'file' | 'line'>): string {
  return line === 0 ? file : `${file}:${line}`;
}
