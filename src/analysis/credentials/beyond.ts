import type { Artifact } from '../../model/artifact.ts';
import type { CredentialUse } from '../../model/credential.ts';
import type { TreeLaunch } from '../../model/pin.ts';
import { officialAlternative, vendors } from '../lookalike/vendor.ts';
import { isLocal } from './hosts.ts';
import { gatewayOf, type HostedService, hostedService, strayCredentials } from './judge.ts';

/** Packages whose business is to pass a local client on to a server elsewhere. */
const bridges =
  /^(?:mcp-remote|supergateway|mcp-proxy|@smithery\/cli|@automattic\/mcp-wordpress-remote|@pyroprompts\/mcp-stdio-to-streamable-http-adapter)$/;

/** A package that passes on to a server elsewhere; null members = not known. */
export interface Passing extends HostedService {
  readonly how: 'bridge' | 'gateway';
}

/** What the server passes on to: the addresses and names in the arguments of a bridge, or a gateway's service. Empty = nothing. */
export function passesOn(
  { subject, name }: Pick<Artifact, 'subject' | 'name'>,
  { args }: Pick<TreeLaunch, 'args'>,
  credentials: readonly CredentialUse[],
): readonly Passing[] {
  const ecosystem = ecosystemOf(subject);
  if (bridges.test(name)) {
    const named = args.filter((arg) => /^https?:\/\//i.test(arg) || (name === '@smithery/cli' && /^@?[\w.-]+\/[\w.-]+$/.test(arg)));
    const services = named.map(hostedService).filter(({ host }) => host === null || !isLocal(host));
    if (named.length > 0) return services.map((service) => ({ how: 'bridge', ...service }));
    return [{ how: 'bridge', host: null, vendor: null, isGateway: false, alternative: null }];
  }
  const gateway = gatewayOf(ecosystem, name, credentials);
  if (gateway === null) return [];
  const service = hostedService(name);
  // A gateway's own endpoint is no way around the gateway.
  const isItsOwn = vendors.some((one) => one.brand === gateway && officialAlternative(one) === service.alternative);
  const alternative = isItsOwn ? null : service.alternative;
  return [{ how: 'gateway', ...service, alternative, host: null, vendor: gateway, isGateway: true }];
}

/** What nobody can check because it happens elsewhere, in words; empty = nothing of the kind is known. */
export function beyondReach(
  artifact: Pick<Artifact, 'subject' | 'name'>,
  launch: Pick<TreeLaunch, 'args'>,
  credentials: readonly CredentialUse[],
): readonly string[] {
  const keys = strayCredentials(ecosystemOf(artifact.subject), artifact.name, credentials).map(
    ({ variable, hosts }) => `what becomes of ${variable === '*' ? 'the environment' : variable} behind ${hosts.join(', ')}`,
  );
  const services = passesOn(artifact, launch, credentials).map(
    ({ host, vendor }) => `everything that happens at ${host ?? vendor ?? 'the server that its arguments name'}`,
  );
  return [...new Set([...keys, ...services])];
}

export function ecosystemOf(subject: string): 'npm' | 'pypi' {
  return subject.startsWith('pkg:pypi/') ? 'pypi' : 'npm';
}
