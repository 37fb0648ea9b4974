import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';

/** Variables whose values are places and customs, not secrets. Every other value counts as one. */
const harmless =
  /^(PATH|Path|HOME|USERPROFILE|HOMEPATH|HOMEDRIVE|APPDATA|LOCALAPPDATA|PROGRAMDATA|ProgramData|TMPDIR|TEMP|TMP|PWD|OLDPWD|SHELL|USER|USERNAME|LOGNAME|HOSTNAME|LANG|LANGUAGE|TZ|TERM|COLORTERM|TERM_PROGRAM|EDITOR|DISPLAY|LC_[A-Z]+|XDG_[A-Z_]+|npm_config_(cache|userconfig|globalconfig|prefix))$/;

/** Shorter values ("true", "8080", "info") would be found in ordinary words. */
const minSecretLength = 6;

/**
 * The value with everything that equals or contains the value of an environment variable replaced by
 * `<value of NAME>`, longest first. A last net, not a licence: callers never put values into what they record.
 */
export function withoutSecrets(value: JsonObject, env: Readonly<Record<string, string>>): JsonObject {
  const secrets = Object.entries(env)
    .filter(([name, secret]) => secret.length >= minSecretLength && !harmless.test(name))
    .sort(([, a], [, b]) => b.length - a.length);
  const clean = (text: string) => secrets.reduce((rest, [name, secret]) => rest.replaceAll(secret, `<value of ${name}>`), text);
  const walk = (found: JsonValue): JsonValue => {
    if (typeof found === 'string') return clean(found);
    if (Array.isArray(found)) return found.map((item: JsonValue) => walk(item));
    return isObject(found) ? object(found) : found;
  };
  const object = (found: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(found).map(([member, inner]) => [clean(member), walk(inner)]));
  return object(value);
}
