import { type CapabilityClass, capabilityClasses } from '../../model/capability.ts';
import { type DeclaredDigest, type DeclaredManifest, declaredAuth, declaredFile, declaredKinds } from '../../model/declared-manifest.ts';
import { GuardError } from '../../model/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { limits } from '../../model/limits.ts';
import { parseStrict } from '../../model/strict-json.ts';

const members = ['schemaVersion', 'name', 'version', 'instructions', ...declaredKinds, 'capabilities', 'auth', 'variables'];

/**
 * The declaration in the bytes of a `mcp-manifest.json`, which anybody may have written. Strict: every member must be
 * there and no other one; a member name twice, text that is not UTF-8, and anything over a bound are errors.
 *
 * @throws GuardError `manifest-invalid` naming the place, `manifest-too-new`
 */
export function parseDeclared(bytes: Uint8Array): DeclaredManifest {
  if (bytes.length > limits.declaredMaxBytes) throw invalid(`it has ${bytes.length} bytes; at most ${limits.declaredMaxBytes} are read`);
  const value = jsonOf(bytes);
  if (!isObject(value)) throw invalid('it is no object');
  const version = value['schemaVersion'];
  if (typeof version === 'number' && Number.isInteger(version) && version > 1) {
    throw new GuardError('manifest-too-new', `${declaredFile} is of a newer format`, {
      why: `its version is ${version}, this pinfold reads 1`,
    });
  }
  if (version !== 1) throw invalid('schemaVersion: not 1');
  const unknown = Object.keys(value).find((member) => !members.includes(member));
  if (unknown !== undefined) throw invalid(`${unknown}: not a member of the format`);
  const missing = members.find((member) => !Object.hasOwn(value, member));
  if (missing !== undefined) throw invalid(`${missing}: missing`);
  const instructions = value['instructions'] ?? null;
  const auth = declaredAuth.find((one) => one === value['auth']);
  if (auth === undefined) throw invalid(`auth: not one of ${declaredAuth.join(', ')}`);
  return {
    name: text(value, 'name'),
    version: text(value, 'version'),
    instructions: instructions === null ? null : digest(instructions, 'instructions'),
    tools: record(value, 'tools', digest),
    prompts: record(value, 'prompts', digest),
    resourceTemplates: record(value, 'resourceTemplates', digest),
    capabilities: record(value, 'capabilities', scopes),
    auth,
    variables: record(value, 'variables', use),
  };
}

function jsonOf(bytes: Uint8Array): JsonValue {
  let json: string;
  try {
    json = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw invalid('it is not UTF-8', cause);
  }
  try {
    return parseStrict(json, { maxDepth: 4 });
  } catch (cause) {
    throw invalid(cause instanceof GuardError ? (cause.why ?? cause.message) : 'not JSON', cause);
  }
}

/** Own members only, made with `fromEntries`: a name like `__proto__` is a name like any other. */
function record<T>(
  value: JsonObject,
  member: string,
  parse: (item: JsonValue, place: string, name: string) => T,
): Readonly<Record<string, T>> {
  const given = value[member] ?? null;
  if (!isObject(given)) throw invalid(`${member}: not an object`);
  const entries = Object.entries(given);
  if (entries.length > limits.declaredMaxItems)
    throw invalid(`${member}: ${entries.length} members; at most ${limits.declaredMaxItems} are read`);
  return Object.fromEntries(
    entries.map(([name, item]) => {
      if (name === '' || name.length > limits.declaredMaxLength) throw invalid(`${member}: a name that is empty or too long`);
      return [name, parse(item, `${member}.${name}`, name)];
    }),
  );
}

function digest(item: JsonValue, place: string): DeclaredDigest {
  if (item === 'varies') return item;
  if (typeof item === 'string' && item.startsWith('sha256-')) {
    const raw = Buffer.from(item.slice('sha256-'.length), 'base64');
    if (raw.length === 32 && `sha256-${raw.toString('base64')}` === item) return item as DeclaredDigest;
  }
  throw invalid(`${place}: not a digest (sha256-<base64>) and not "varies"`);
}

function scopes(item: JsonValue, place: string, name: string): readonly string[] {
  if (!isClass(name)) throw invalid(`${place}: not a capability class`);
  if (!Array.isArray(item) || item.length > limits.declaredMaxItems) throw invalid(`${place}: not a list of scopes`);
  const all = item.map((scope: JsonValue) => {
    if (typeof scope !== 'string' || scope === '' || scope.length > limits.declaredMaxLength)
      throw invalid(`${place}: a scope that is no text`);
    return scope;
  });
  return [...new Set(all)].sort();
}

function use(item: JsonValue, place: string): 'secret' | 'plain' {
  if (item === 'secret' || item === 'plain') return item;
  throw invalid(`${place}: not "secret" or "plain"`);
}

function text(value: JsonObject, member: string): string {
  const given = value[member];
  if (typeof given !== 'string' || given === '' || given.length > limits.declaredMaxLength) throw invalid(`${member}: not a text`);
  return given;
}

function isClass(name: string): name is CapabilityClass {
  return Object.hasOwn(capabilityClasses, name);
}

function invalid(why: string, cause?: unknown): GuardError {
  return new GuardError('manifest-invalid', `${declaredFile} is not a manifest`, { why, cause, hint: 'the format: docs/manifest.md' });
}
