import { hostedService } from '../analysis/credentials/judge.ts';
import { argumentsInHeaders } from '../checks/arguments-in-headers.ts';
import { sortFindings, wordChecks } from '../checks/index.ts';
import { listingDiffers } from '../checks/listing-differs.ts';
import { listingVolatile } from '../checks/listing-volatile.ts';
import type { Host } from '../host/host.ts';
import type { GainTier } from '../model/capability.ts';
import type { Decision } from '../model/decision.ts';
import { type Finding, finding } from '../model/finding.ts';
import type { StaticManifest } from '../model/manifest.ts';
import { printable } from '../model/printable.ts';
import type { RemoteReference } from '../model/reference.ts';
import { type RemoteDisclosure, takesSignIn } from '../model/remote.ts';
import { evaluate, type PolicyFacts } from '../policy/evaluate.ts';
import type { PolicyLayer } from '../policy/layers.ts';
import type { ProbeResult } from '../probe/request.ts';
import type { Progress } from './progress.ts';
import { lookAtRemote, type RemoteLooked, type RemoteTarget } from './remote-look.ts';
import { toolsElsewhere } from './tools-elsewhere.ts';
import { registryNamesOf } from './vouch/registry-names.ts';
import { vouch } from './vouch/vouch.ts';

export interface RemoteRequest extends Pick<RemoteTarget, 'headers' | 'token' | 'listed' | 'bounds'> {
  readonly reference: RemoteReference;
  readonly typed: string;
  /** Names of the MCP registry that a pin of this address was approved under. Absent = it has no pin, or none. */
  readonly approvedAs?: readonly string[];
  /** Scopes that a person blocked for ever for the pin that this is for. */
  readonly blockedScopes: readonly string[];
}

/** Everything that was found out, before policy. */
export interface RemoteDisclosed {
  readonly facts: Omit<RemoteDisclosure, 'decision'>;
  readonly probeResult: ProbeResult | null;
  /** Names of the MCP registry that a pin of it is to keep, sorted. */
  readonly registryNames: readonly string[];
}

/** What a remote server is. @throws GuardError as `lookAtRemote`. */
export async function discloseRemote(request: RemoteRequest, host: Host, progress: Progress): Promise<RemoteDisclosed> {
  const { reference, typed, headers, approvedAs = [] } = request;
  const remote = await lookAtRemote({ ...request, url: reference.url }, host, progress);
  const { origin } = new URL(reference.url);
  const elsewhere = await toolsElsewhere(origin, host);
  const artifact = { subject: origin, name: reference.name, version: '', integrity: null };
  const resolution = { ecosystem: 'remote', url: reference.url } as const;
  const subject = { artifact, closure: null, resolution, listedAs: reference.listedAs, approvedAs };
  const vouched = await vouch(subject, host);
  const probed = remote.looked.result?.probed ?? null;
  const words = { probed, static: noCode, elsewhere: elsewhere.servers };
  const facts = {
    reference: typed,
    url: reference.url,
    origin,
    name: reference.name,
    transport: remote.transport,
    headerNames: Object.keys(headers).sort(),
    authorization: {
      ...remote.authorization,
      scopes: remote.authorization.scopes.filter((scope) => !request.blockedScopes.includes(scope)),
    },
    blockedScopes: remote.authorization.scopes.filter((scope) => request.blockedScopes.includes(scope)),
    signedIn: remote.signedIn,
    probed,
    probeAbsence: remote.looked.absence,
    evidence: [
      ...(remote.authorizationEvidence === null ? [] : [remote.authorizationEvidence]),
      ...vouched.evidence,
      remote.looked.evidence,
    ],
    builder: vouched.builder,
    notVerifiable: [
      ...notVerifiable(remote),
      ...proxied(reference.url, host),
      ...elsewhere.unread.map((why) => `whether it speaks of tools of your other servers: ${why}`),
    ],
  };
  const checks = [...wordChecks, argumentsInHeaders, listingDiffers, listingVolatile];
  const findings = [...ownFindings(reference, remote), ...vouched.findings, ...checks.flatMap((check) => check.run(words))];
  return {
    facts: { ...facts, findings: sortFindings(findings) },
    probeResult: remote.looked.result,
    registryNames: registryNamesOf(subject),
  };
}

const noCode: StaticManifest = { tools: [], prompts: [], resources: [], instructions: null, gaps: [] };

function ownFindings({ name, url }: RemoteReference, { looked, authorizationInvalid }: RemoteLooked): readonly Finding[] {
  const { vendor, alternative } = hostedService(url);
  const hosted = { how: 'remote', host: new URL(url).host, vendor: vendor ?? '', alternative: alternative ?? '' };
  const findings = [finding('server-hosted', name, hosted)];
  if (looked.invalid !== null) findings.push(finding('listing-invalid', name, { why: looked.invalid }));
  else if (looked.absence?.why === 'failed') findings.push(finding('probe-failed', name, { detail: looked.absence.detail }));
  else if (looked.absence !== null)
    findings.push(finding('probe-missing', name, { why: looked.absence.why, detail: looked.absence.detail }));
  if (authorizationInvalid !== null) findings.push(finding('authorization-invalid', name, { why: authorizationInvalid }));
  return findings;
}

/** What nobody can check of a server that runs elsewhere. Never empty (G8). */
function notVerifiable({ looked, authorization }: RemoteLooked): readonly string[] {
  const { status, resource } = authorization;
  return [
    ...(status === 'unknown' ? ['who lets clients in: it does not say'] : []),
    ...(takesSignIn(authorization) && resource === null
      ? ['whether who lets clients in speaks for this server: only its origin names them, and a token may be good elsewhere there too']
      : []),
    'what runs there: there are no bytes to look at or to pin, and it can change at any time without a version',
    'what it does with what it is given, whom it passes it on to, and what it returns',
    'who runs it: the name of its host and a certificate for it are all that is known',
    looked.result === null
      ? 'what it says: it was not heard'
      : 'whether it says the same to others, or later (the gate compares, each time)',
  ];
}

/** Behind a proxy the rule about addresses holds no longer than the look here. */
function proxied(url: string, host: Host): readonly string[] {
  const proxy = host.http.proxyOf(url);
  return proxy === null
    ? []
    : [`which address it is asked at: the proxy ${printable(proxy)} makes the connection; its certificate is checked here`];
}

/** What policy says of it. For a first install all that a server elsewhere may do is new, and nothing of it is known. */
export function decideRemote(
  facts: Omit<RemoteDisclosure, 'decision'>,
  layers: readonly PolicyLayer[],
  action: PolicyFacts['action'],
  gain: GainTier = 'red',
): Decision {
  return evaluate(layers, {
    subject: facts.origin,
    name: facts.name,
    version: '',
    builder: facts.builder,
    findings: facts.findings,
    evidence: facts.evidence,
    gain,
    action,
  });
}
