import type { Closure } from '../model/artifact.ts';
import { type Digest, digestValue } from '../model/digest.ts';
import type { JsonValue } from '../model/json.ts';
import { invalid, type OwnFile, parseOwnFile } from './own-file.ts';
import { printJson } from './print-json.ts';
import { closureFileSchema } from './schema.ts';

/** The text of `closures/<name>.json`: every package of a pinned closure, sorted by path. */
export function printClosureFile(closure: Closure): string {
  return printJson({ version: 1, digest: closure.digest, packages: closure.packages } as unknown as JsonValue);
}

/**
 * The closure in a text.
 *
 * @param pinned the digest that the pin names
 * @throws GuardError `lock-invalid` when the packages are not those of the pinned digest; `lock-too-new`.
 */
export function parseClosureFile(text: string, name: string, pinned: Digest): Closure {
  const file: OwnFile = { title: `closures/${name}.json`, hint: `pinfold remove ${name}, then install it again` };
  const { digest, packages } = parseOwnFile(text, closureFileSchema, file) as unknown as Closure;
  if (digestValue(packages as unknown as JsonValue) !== digest) throw invalid(file, '$.digest: it is not the digest of the packages');
  if (digest !== pinned) throw invalid(file, '$.digest: the lock pins another closure');
  return { digest, packages };
}
