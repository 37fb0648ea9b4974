import type { CredentialUse } from '../model/credential.ts';

/** Keys that go the same ways. */
export interface CredentialGroup {
  readonly variables: readonly string[];
  /** What is not sure about `to`, in words before it; empty = it was followed, or nothing is known. */
  readonly how: string;
  /** Hosts, then what can only be described; never empty. */
  readonly to: readonly string[];
}

/** Keys by where they go: what was followed first, then what only stands beside hosts, then what nothing is known of. */
export function credentialGroups(uses: readonly CredentialUse[]): readonly CredentialGroup[] {
  const groups = new Map<string, CredentialGroup & { readonly rank: number; readonly variables: string[] }>();
  for (const variable of new Set(uses.map((use) => use.variable))) {
    const all = uses.filter((use) => use.variable === variable);
    const followed = all.filter(({ level }) => level === 'followed');
    const how = followed.length > 0 ? '' : nearWords(all);
    const to = destinations(followed.length > 0 ? followed : all);
    const rank = followed.length > 0 ? 0 : how === '' ? 2 : 1;
    const key = JSON.stringify([how, to]);
    const group = groups.get(key) ?? { rank, variables: [], how, to };
    group.variables.push(variable === '*' ? 'the whole environment' : variable);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => a.rank - b.rank).map(({ variables, how, to }) => ({ variables, how, to }));
}

function nearWords(all: readonly CredentialUse[]): string {
  const found = all.find(({ hosts }) => hosts.length > 0);
  if (found === undefined) return '';
  return `not followed; the ${found.level === 'same-file' ? 'same file' : 'package'} names `;
}

function destinations(all: readonly CredentialUse[]): readonly string[] {
  const hosts = [...new Set(all.flatMap((use) => use.hosts))].sort();
  const found = [
    ...hosts.filter((host) => host !== '*'),
    ...(hosts.includes('*') ? ['a host made at run time'] : []),
    ...all.flatMap(({ through }) => (through === null ? [] : [`wherever ${through} sends it`])),
  ];
  return found.length > 0 ? found : ['not known: no host is named where it is read'];
}
