import type { CredentialUse } from '../../model/credential.ts';
import { isSecretName } from '../credentials/names.ts';
import { type CredentialFile, credentialUses } from '../credentials/uses.ts';
import type { PythonPackageFacts } from './package.ts';
import type { PythonReached } from './reach.ts';
import type { PythonSourceFacts } from './source.ts';

/**
 * Which keys the server's own Python takes from the environment, and the hosts that the same file, or else the same
 * package, names. Nothing is followed in Python: no use is ever `followed`. Sorted by variable.
 *
 * @param installed names of the packages of the closure, as the index spells them
 */
export function pythonCredentials(own: PythonPackageFacts, reached: PythonReached, installed: readonly string[]): readonly CredentialUse[] {
  const files = [...(reached.get(own)?.keys() ?? [])].flatMap((path) => {
    const facts = own.sources.get(path)?.();
    return facts === undefined ? [] : [credentialFile(facts, installed)];
  });
  return credentialUses(files, 'pypi');
}

function credentialFile({ path, hosts, imports, uses }: PythonSourceFacts, installed: readonly string[]): CredentialFile {
  const read = uses.filter((use) => use.class === 'env.read');
  return {
    path,
    hosts,
    imports: packagesOf(imports, installed),
    credentials: read.flatMap(({ scopes, line }) =>
      // The whole environment goes nowhere that could be told here: it is on the card as what the code reads.
      scopes.filter((name) => name !== '*' && isSecretName(name)).map((variable) => ({ variable, line, host: null, module: null })),
    ),
  };
}

/** `notion_client.helpers` is of the package `notion-client`, where the closure has one of that name. */
function packagesOf(imports: readonly string[], installed: readonly string[]): readonly string[] {
  const tops = new Set(imports.map((module) => plain(module.split('.')[0] ?? '')));
  return installed.filter((name) => tops.has(plain(name)));
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
