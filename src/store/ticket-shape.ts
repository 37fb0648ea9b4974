import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { isSandboxHost, isSandboxPath, isSandboxPort, isVariableName } from '../model/sandbox-profile.ts';
import type { Ticket } from '../model/ticket.ts';

/**
 * The ticket that a JSON object is; null = it is none, or has a member too many. By hand, because the launch path
 * imports no schema library.
 */
export function asTicket(value: JsonObject): Ticket | null {
  const remote = isObject(value['launch']) && Object.hasOwn(value['launch'], 'url');
  const contained = value['sandbox'] === undefined ? {} : { sandbox: sandboxProfile };
  const shape = value['tree'] !== null ? { ...treeShape, ...contained } : remote ? remoteShape : commandShape;
  return hasShape(value, shape) ? (value as unknown as Ticket) : null;
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

const commonShape: Readonly<Record<string, Test>> = {
  version: oneOf(1),
  name: text,
  scope: oneOf('user', 'project'),
  lockPath: text,
  pinDigest: digest,
  label: text,
  state: oneOf('pinned', 'first-use', 'refused'),
  mode: oneOf('block', 'warn', 'observe'),
  manifest: orNull((value) => hasShape(value, manifestShape) || hasShape(value, { ...manifestShape, effective: mapOf(digest) })),
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

const remoteShape: Readonly<Record<string, Test>> = {
  ...commonShape,
  tree: oneOf(null),
  launch: shape({
    url: text,
    transport: oneOf('streamable-http', 'sse'),
    headerNames: listOf(text),
    authorization: shape({
      status: oneOf('none', 'static', 'oauth', 'unknown'),
      resource: orNull(text),
      scopes: listOf(text),
      servers: listOf(shape({ issuer: text, authorizationEndpoint: text, tokenEndpoint: text, registrationEndpoint: orNull(text) })),
    }),
  }),
};
