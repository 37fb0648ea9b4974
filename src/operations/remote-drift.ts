import { type Finding, finding } from '../model/finding.ts';
import { itemKinds, type ManifestPin } from '../model/manifest.ts';
import type { RemotePin } from '../model/pin.ts';
import { authorizationDrift, type RemoteAuthorization } from '../model/remote.ts';
import type { PendingItem } from '../store/pending.ts';

/** What is always said of a server elsewhere (DESIGN G8). */
export function remoteFinding(title: string, { launch }: RemotePin): Finding {
  return finding('server-hosted', title, { how: 'remote', host: new URL(launch.url).host, vendor: '', alternative: '' });
}

/**
 * What a remote server says now against what is pinned: more than was approved is to be reviewed; other words, or
 * somebody else who lets clients in, is a block, because there is no version that could explain it. Another kind of
 * getting in (nobody was asked, and now there is a sign-in; or the other way round) is to be reviewed. What it no longer
 * shows is nothing that could hurt.
 *
 * @param words null = they were not heard
 */
export function remoteDrift(
  title: string,
  pinned: RemotePin,
  words: ManifestPin | null,
  authorization: RemoteAuthorization,
): readonly Finding[] {
  const findings: Finding[] = [];
  const drift = authorizationDrift(pinned.authorization, authorization);
  // One that let nobody in and now lets in anybody says nothing of it; one that always did said it by itself.
  if (drift !== null && (authorization.status !== 'none' || pinned.authorization.status === 'oauth-calls'))
    findings.push(finding('authorization-changed', title, { before: named(pinned.authorization), after: named(authorization) }));
  else if (pinned.authorization.status !== authorization.status)
    findings.push(finding('authorization-kind-changed', title, { before: kind(pinned.authorization), after: kind(authorization) }));
  if (words === null || pinned.manifest === null) return findings;
  const before = pinned.manifest;
  const items = itemKinds.flatMap((kind) =>
    Object.entries(words[kind]).map(([name, digest]) => ({ key: `${kind}/${name}`, digest, was: own(before[kind], name) })),
  );
  const all = [
    ...items,
    ...(words.instructions === null ? [] : [{ key: 'instructions', digest: words.instructions, was: before.instructions }]),
  ];
  return [...findings, ...wordFindings(title, all)];
}

/** The same of what a running session withheld. */
export function pendingDrift(title: string, items: readonly PendingItem[], leftOut: number): readonly Finding[] {
  const all = items.map(({ kind, name, digest, pinned }) => ({ key: name === '' ? kind : `${kind}/${name}`, digest, was: pinned }));
  return wordFindings(title, [...all, ...(leftOut > 0 ? [{ key: `and ${leftOut} more`, digest: '', was: null }] : [])]);
}

interface Word {
  readonly key: string;
  readonly digest: string;
  /** null = nothing was pinned under the name. */
  readonly was: string | null;
}

function wordFindings(title: string, words: readonly Word[]): readonly Finding[] {
  const added = words.filter(({ was }) => was === null);
  const changed = words.filter(({ was, digest }) => was !== null && was !== digest);
  return [
    ...(changed.length === 0 ? [] : [finding('remote-words-changed', title, { items: keys(changed) })]),
    ...(added.length === 0 ? [] : [finding('remote-words-added', title, { items: keys(added) })]),
  ];
}

const shownItems = 5;

function keys(words: readonly Word[]): readonly string[] {
  const shown = words.slice(0, shownItems).map(({ key }) => key);
  return words.length > shownItems ? [...shown, `and ${words.length - shownItems} more`] : shown;
}

function own(map: Readonly<Record<string, string>>, name: string): string | null {
  return Object.hasOwn(map, name) ? (map[name] ?? null) : null;
}

function kind({ status, servers }: RemoteAuthorization): string {
  const issuers = servers.map(({ issuer }) => issuer).join(', ');
  return {
    none: 'nobody is asked',
    static: 'a static secret',
    oauth: `OAuth at ${issuers}`,
    'oauth-calls': `OAuth at ${issuers} for calls`,
    unknown: 'unknown',
  }[status];
}

function named({ resource, servers }: RemoteAuthorization): string {
  return servers.length === 0
    ? 'nobody'
    : `${servers.map(({ issuer, tokenEndpoint }) => `${issuer} (${tokenEndpoint})`).join(', ')}${resource === null ? '' : ` for ${resource}`}`;
}
