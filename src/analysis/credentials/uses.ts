import type { CredentialUse } from '../../model/credential.ts';
import type { CredentialFlow } from '../credential-flow.ts';
import { publisherVendor } from '../lookalike/vendor.ts';
import { isDocument, isTenant } from './hosts.ts';

/** What any language's analysis of one file says of keys. `hosts` are those of its texts; `*` = made at run time. */
export interface CredentialFile {
  readonly path: string;
  readonly hosts: readonly string[];
  /** Names of the packages or modules that it loads: a vendor's library goes to the vendor. */
  readonly imports: readonly string[];
  /** null = not followed, as of a package that is not the server's own. */
  readonly credentials: readonly CredentialFlow[] | null;
}

const maxUses = 100;
/** A text that names more hosts than this names none. */
const maxHosts = 12;

/**
 * Where each key of a package goes, out of its own files that can run: what was followed; else the hosts of the files that
 * read it; else those of the package. One entry per variable and level, sorted by variable.
 */
export function credentialUses(files: readonly CredentialFile[], ecosystem: 'npm' | 'pypi' = 'npm'): readonly CredentialUse[] {
  const all = [...files]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .flatMap((file) => (file.credentials ?? []).map((flow) => ({ file, flow })));
  const variables = [...new Set(all.map(({ flow }) => flow.variable))].sort();
  return variables
    .flatMap((variable) =>
      usesOf(
        variable,
        all.filter(({ flow }) => flow.variable === variable),
        { files, ecosystem },
      ),
    )
    .slice(0, maxUses);
}

interface Placed {
  readonly file: CredentialFile;
  readonly flow: CredentialFlow;
}

interface Whole {
  readonly files: readonly CredentialFile[];
  readonly ecosystem: 'npm' | 'pypi';
}

function usesOf(variable: string, placed: readonly Placed[], { files, ecosystem }: Whole): readonly CredentialUse[] {
  const followed = placed.filter(({ flow }) => flow.host !== null);
  // `js-yaml` is given an environment that lies in an object; of a gateway's library it would matter.
  const handed = placed.filter(
    ({ flow }) => flow.module !== null && (variable !== '*' || publisherVendor(ecosystem, flow.module) !== null),
  );
  const uses: CredentialUse[] = [];
  const [first] = followed;
  if (first !== undefined) {
    const hosts = withoutPages([...new Set(followed.flatMap(({ flow }) => flow.host ?? []))].sort());
    uses.push({ variable, hosts, level: 'followed', through: null, where: place(first) });
  }
  for (const module of [...new Set(handed.flatMap(({ flow }) => flow.module ?? []))].sort()) {
    const there = handed.find(({ flow }) => flow.module === module);
    if (there !== undefined) uses.push({ variable, hosts: [], level: 'followed', through: module, where: place(there) });
  }
  const [read] = placed;
  // The whole environment that goes nowhere in sight is what every child process gets.
  if (uses.length > 0 || read === undefined || variable === '*') return uses;
  const near = named(placed.map(({ file }) => file));
  const hosts = [...new Set([...(near.length > 0 ? near : named(files)), ...libraryHosts({ files, ecosystem })])].sort();
  return [{ variable, hosts, level: near.length > 0 ? 'same-file' : 'same-package', through: null, where: place(read) }];
}

/** `docs.x.dev` beside `api.x.dev` is a page that a message names; alone, or of somebody else, it is where the key goes. */
function withoutPages(hosts: readonly string[]): readonly string[] {
  return hosts.filter((host) => {
    const domain = /^docs?\.(.+)$/.exec(host)?.[1];
    if (domain === undefined || isTenant(host)) return true;
    return !hosts.some((other) => other !== host && (other === domain || other.endsWith(`.${domain}`)));
  });
}

function named(files: readonly CredentialFile[]): readonly string[] {
  const hosts = [...new Set(files.flatMap((file) => file.hosts))].filter((host) => !isDocument(host)).sort();
  return hosts.length > maxHosts ? ['*'] : hosts;
}

/** The domains of the vendors whose libraries the package loads. */
function libraryHosts({ files, ecosystem }: Whole): readonly string[] {
  return files
    .flatMap(({ imports }) => imports.flatMap((name) => publisherVendor(ecosystem, name)?.domains.slice(0, 1) ?? []))
    .filter((host) => !isDocument(host));
}

function place({ file, flow }: Placed): string {
  return `${file.path}:${flow.line}`;
}
