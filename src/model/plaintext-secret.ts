import { isSecretName, secretSpans } from './secret-spans.ts';

/** Values that say where a secret is instead of being one, whichever program looks it up. */
const references: readonly RegExp[] = [
  /^(?:op|vault|bw|keychain|keyring|secret|secrets|doppler|infisical|pass|ref|env|file|awssm|gcpsm|azurekv|aws-sm|gcp-sm)(?:\+\w+)?:\/\//i,
  /\$\{[^}]*\}|\{\{[^}]*\}\}|\$\([^)]*\)|\{(?:env|file):[^}]*\}/,
  /^(?:\$[A-Za-z_]\w*|\$env:\w+|%[A-Za-z_]\w*%|@[\w./-]+\.(?:txt|key|json))$/,
];

/** What examples and readmes write where a secret goes. */
const placeholders: readonly RegExp[] = [
  /^(?:<[^>]*>|\[[^\]]*\]|\{[^}]*\}|[-_.…*x\s]*)$/i,
  /^(?:your|insert|enter|replace|paste|put|todo|example|sample|placeholder|dummy|redacted|change[-_ ]?me|none|null|undefined|n\/a|test)(?:[-_ ].*)?$/i,
  /\b(?:your|my)[-_ ](?:[a-z]+[-_ ]){0,3}(?:key|token|secret|password|id)\b/i,
  /(?:[-_ ]here|\.{3}|…|x{4,}|\*{3,})$/i,
];

/** Words at the end of a name that say what the value is about a secret: where it lies, how it is used, how long it may be. */
const about =
  /(?:^|[_.-])(?:file|path|dir|folder|type|mode|method|scheme|limit|max|min|count|size|length|timeout|ttl|enabled|name|host|port|region|endpoint|url|uri|provider|algorithm|format|version)$/i;

/** Values that no issuer gives out: switches, small numbers, places, plain addresses, one short word. */
const harmless = /^(?:true|false|yes|no|on|off|\d{1,5}|[~.]{0,2}\/[^:@]*|[A-Za-z]:\\.*|https?:\/\/[^\s@?#]*|[a-z]{1,6})$/i;

/**
 * True for a value of a variable or header that is a secret as it stands: its name says so, or an issuer's shape does.
 * References and examples are none. Meant for what is told and moved, so it finds less than `secretSpans`.
 */
export function isPlaintextSecret(name: string, value: string): boolean {
  const text = value.trim().replace(/^(?:Bearer|Basic|Token)\s+/i, '');
  if (text === '' || isReference(text) || placeholders.some((one) => one.test(text))) return false;
  if (secretSpans([text]).some((spans) => spans.length > 0)) return true;
  const isPassword = /pass(?:word|wd|phrase)?$|pwd$/i.test(name);
  return isSecretName(name) && !about.test(name) && (isPassword || !harmless.test(text));
}

/** True for a value that names a secret and is none. */
export function isReference(value: string): boolean {
  return references.some((one) => one.test(value.trim()));
}
