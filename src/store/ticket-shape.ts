import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { authorizationStatuses } from '../model/remote.ts';
import { isSandboxHost, isSandboxPath, isSandboxPort, isVariableName } from '../model/sandbox-profile.ts';
import type { Ticket } from '../model/ticket.ts';
import { viewCapabilities } from '../model/views.ts';

/**
 * The ticket that a JSON object is; null = it is none, or has a member too many. By hand, because the launch path
 * imports no schema library.
 */
export function asTicket(value: JsonObject): Ticket | null {
  const remote = isObject(value['launch']) && Object.hasOwn(value['launch'], 'url');
  const contained = value['sandbox'] === undefined ? {} : { sandbox: sandboxProfile };
  const kept = value['kept'] === undefined ? {} : { kept: keptVariables };
  const shape = value['tree'] !== null ? { ...treeShape, ...contained } : remote ? remoteShape : commandShape;
  return hasShape(value, { ...shape, ...kept, ...present(value, { elicitationHosts: listOf(listOf(text)) }) })
    ? (value as unknown as Ticket)
    : null;
}

type Test = (value: JsonValue | undefined) => boolean;

function hasShape(value: JsonValue | undefined, shape: Readonly<Record<string, Test>>): boolean {
  if (!isObject(value)) return false;
  const members = Object.keys(value);
  return (
    members.length === Object.keys(shape).length &&
    members.every((member) => Object.hasOwn(shape, member) && shape[member]?.(value[member]))
  );
}

const text: Test = (value) => typeof value === 'string';
const digest: Test = (value) => typeof value === 'string' && /^sha256-[A-Za-z0-9+/]{43}=$/.test(value);
const oneOf =
  (...values: readonly JsonValue[]): Test =>
  (value) =>
    values.some((allowed) => allowed === value);
const orNull =
  (test: Test): Test =>
  (value) =>
    value === null || test(value);
const listOf =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every((item: JsonValue) => test(item));
const mapOf =
  (test: Test): Test =>
  (value) =>
    isObject(value) && Object.values(value).every(test);
const shape =
  (members: Readonly<Record<string, Test>>): Test =>
  (value) =>
    hasShape(value, members);

const sandboxProfile: Test = (value) =>
  hasShape(value, {
    hosts: listOf((host) => typeof host === 'string' && isSandboxHost(host)),
    read: listOf((path) => typeof path === 'string' && isSandboxPath(path)),
    write: listOf((path) => typeof path === 'string' && isSandboxPath(path)),
    ...(isObject(value) && value['listen'] !== undefined
      ? { listen: (ports) => Array.isArray(ports) && ports.length > 0 && ports.every(isSandboxPort) }
      : {}),
    mask: (mask) =>
      mapOf(listOf((host) => typeof host === 'string' && isSandboxHost(host)))(mask) &&
      isObject(mask) &&
      Object.keys(mask).every(isVariableName),
  });

const keptVariables: Test = (value) =>
  isObject(value) &&
  hasShape(value, {
    purpose: digest,
    names: listOf((name) => typeof name === 'string' && isVariableName(name)),
    ...present(value, { words: digest }),
  });

/** A path inside the tree: relative, POSIX, without steps upwards. */
const inside: Test = (value) =>
  typeof value === 'string' &&
  !/^[/\\]|[\\\0]/.test(value) &&
  value.split('/').every((part) => part !== '' && part !== '.' && part !== '..');

const manifestShape: Readonly<Record<string, Test>> = {
  digest,
  tools: mapOf(digest),
  prompts: mapOf(digest),
  resources: mapOf(digest),
  resourceTemplates: mapOf(digest),
  instructions: orNull(digest),
  eras: listOf(oneOf('initialize', 'stateless')),
  resourcePinning: oneOf('exact', 'templates', 'open'),
  volatile: mapOf(listOf(text)),
  agentSurface: listOf(text),
};

const viewsShape: Test = (value) =>
  hasShape(value, { by: listOf(oneOf(...viewCapabilities)), others: listOf(isView), effective: mapOf(digest) });

/** The members of a view are differences: each may be absent. */
const isView: Test = (value) => {
  if (!isObject(value)) return false;
  const changed = mapOf(orNull(digest));
  const optional: Readonly<Record<string, Test>> = {
    ...{ tools: changed, prompts: changed, resources: changed, resourceTemplates: changed },
    instructions: orNull(digest),
  };
  return hasShape(value, { ...present(value, optional), with: listOf(oneOf(...viewCapabilities)) });
};

/** Of optional members, those that are there. */
function present(value: JsonObject, optional: Readonly<Record<string, Test>>): Readonly<Record<string, Test>> {
  return Object.fromEntries(Object.entries(optional).filter(([member]) => Object.hasOwn(value, member)));
}

const isManifest: Test = (value) =>
  isObject(value) && hasShape(value, { ...manifestShape, ...present(value, { effective: mapOf(digest), views: viewsShape }) });

const commonShape: Readonly<Record<string, Test>> = {
  version: oneOf(1),
  name: text,
  scope: oneOf('user', 'project'),
  lockPath: text,
  pinDigest: digest,
  label: text,
  state: oneOf('pinned', 'first-use', 'refused'),
  mode: oneOf('block', 'warn', 'observe'),
  manifest: orNull(isManifest),
  templates: mapOf((value) => typeof value === 'string' || isObject(value)),
  policy: listOf(shape({ path: text, digest: orNull(digest) })),
};

const treeShape: Readonly<Record<string, Test>> = {
  ...commonShape,
  tree: shape({ path: text, index: text, indexDigest: digest, contentDigest: digest }),
  launch: shape({ runtime: text, entry: inside, args: listOf(text), cwd: orNull(text) }),
};

const commandShape: Readonly<Record<string, Test>> = {
  ...commonShape,
  tree: oneOf(null),
  launch: shape({ command: text, args: listOf(text), cwd: oneOf(null) }),
};

const authorizationServer: Test = (value) =>
  hasShape(value, {
    issuer: text,
    authorizationEndpoint: text,
    tokenEndpoint: text,
    registrationEndpoint: orNull(text),
    ...(isObject(value) && value['revocationEndpoint'] !== undefined ? { revocationEndpoint: text } : {}),
  });

const remoteShape: Readonly<Record<string, Test>> = {
  ...commonShape,
  tree: oneOf(null),
  launch: shape({
    url: text,
    transport: oneOf('streamable-http', 'sse'),
    headerNames: listOf(text),
    authorization: shape({
      status: oneOf(...authorizationStatuses),
      resource: orNull(text),
      scopes: listOf(text),
      servers: listOf(authorizationServer),
    }),
  }),
};
