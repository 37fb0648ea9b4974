import type { CredentialUse } from '../model/credential.ts';
import type { Disclosure } from '../model/disclosure.ts';
import { printable } from '../model/printable.ts';
import { hang } from './layout.ts';
import type { Style } from './style.ts';

const maxLines = 8;

/** Where each key goes, one line per key: `X_API_KEY → api.x.dev`. What could not be followed is said to be so. */
export function credentialLines({ credentials }: Pick<Disclosure, 'credentials'>, style: Style, full: boolean): readonly string[] {
  const shown = full ? credentials : credentials.slice(0, maxLines);
  const lines = shown.map((use) =>
    hang('  ', `${printable(variableName(use))} → ${printable(destination(use), { maxLength: 300 })}`, style.columns),
  );
  const more = credentials.length - shown.length;
  return more > 0 ? [...lines, `  … and ${more} more (--full lists them)`] : lines;
}

function variableName({ variable }: CredentialUse): string {
  return variable === '*' ? 'the whole environment' : variable;
}

function destination({ hosts, level, through }: CredentialUse): string {
  if (through !== null) return `wherever ${through} sends it`;
  const named = hosts.map((host) => (host === '*' ? 'a host that is made at run time' : host));
  if (named.length === 0) return 'not known: no host is named where it is read';
  if (level === 'followed') return named.join(', ');
  return `not followed; ${level === 'same-file' ? 'the same file' : 'the package'} names ${named.join(', ')}`;
}
