import type { Places } from './host.ts';
import { fetchDocument } from './node-npm-document.ts';
import { npmError } from './node-npm-errors.ts';
import { type NpmOptions, npmOptions } from './node-npm-options.ts';
import { fetchRecord, recordUrl } from './node-npm-record.ts';
import { boundedTarball } from './node-npm-tarball.ts';
import { idealTree } from './node-npm-tree.ts';
import type { NpmPort } from './npm.ts';

interface Pacote {
  readonly RegistryFetcher: new (spec: string, options: NpmOptions) => { readonly registry: string };
}

/** The user's npm registry through pacote and arborist, imported when first needed. */
export function nodeNpm(env: Readonly<Record<string, string>>, places: Places): NpmPort {
  let loaded: Promise<NpmOptions> | null = null;
  const options = () => {
    loaded ??= npmOptions(env, places);
    return loaded;
  };
  const registryFor = async (name: string) => registryOf(name, await options());
  return {
    registryFor,
    async packument(name) {
      return ask(name, fetchRecord(await recordUrl(name, await options()), await options()));
    },
    async document(name, path, bounds) {
      return ask(`${name} (${path})`, fetchDocument(name, path, bounds, await options()), name);
    },
    async resolveTree(name, version) {
      return ask(`${name}@${version}`, idealTree(name, version, await options(), places.temp), name);
    },
    async tarball(resolved, maxBytes, cacheKey) {
      const registry = withoutCredentials(resolved);
      try {
        return await boundedTarball(resolved, maxBytes, cacheKey, await options());
      } catch (cause) {
        throw npmError(cause, { what: registry, registry });
      }
    },
  };

  async function ask<T>(what: string, work: Promise<T>, name = what): Promise<T> {
    try {
      return await work;
    } catch (cause) {
      throw npmError(cause, { what, registry: await registryFor(name) });
    }
  }
}

async function importPacote(): Promise<Pacote> {
  const module: unknown = await import('pacote');
  return (module as { default: Pacote }).default;
}

async function registryOf(name: string, options: NpmOptions): Promise<string> {
  const { RegistryFetcher } = await importPacote();
  return withoutCredentials(new RegistryFetcher(name, options).registry);
}

function withoutCredentials(url: string): string {
  if (!URL.canParse(url)) return 'the configured registry';
  const parsed = new URL(url);
  parsed.username = '';
  parsed.password = '';
  parsed.search = ''; // signed URLs of object stores carry their signature there
  parsed.hash = '';
  return parsed.href.replace(/\/$/, '');
}
