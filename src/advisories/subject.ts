import { parseSubject } from '../policy/subject.ts';

/** One package that sources of advisories are asked about. */
export interface AskedPackage {
  /** Normalised package URL without version. */
  readonly subject: string;
  /** As its registry writes it. */
  readonly name: string;
  /** Exact; empty = not known. */
  readonly version: string;
  /** SRI value of its file; null = none is known. */
  readonly integrity: string | null;
  /** The server itself, and not a package that it loads. */
  readonly own: boolean;
}

/** Ecosystems of OSV that pinfold installs from, by package URL type. Names are case-sensitive there. */
export const ecosystems: Readonly<Record<string, string>> = { npm: 'npm', pypi: 'PyPI' };

/** The ecosystem and the name by which OSV knows a subject; null = OSV does not cover such things. */
export function osvName(subject: string): { readonly ecosystem: string; readonly name: string } | null {
  const [, type = '', name = ''] = /^pkg:([a-z]+)\/(.+)$/.exec(subject) ?? [];
  return Object.hasOwn(ecosystems, type) ? { ecosystem: ecosystems[type] ?? '', name } : null;
}

/**
 * The subject of a package as OSV writes it; null = none that can be compared. The ecosystem decides, never the bare name:
 * `requests` of npm is another package than `requests` of PyPI.
 */
export function subjectOf({ ecosystem, name, purl }: { ecosystem?: string; name?: string; purl?: string }): string | null {
  const type = Object.entries(ecosystems).find(([, known]) => known === ecosystem)?.[0];
  if (type !== undefined && name !== undefined) return normal(`pkg:${type}/${name.split('/').map(encodeURIComponent).join('/')}`);
  if (purl === undefined || ecosystem !== undefined) return null;
  return normal(purl);
}

function normal(purl: string): string | null {
  const subject = parseSubject(purl);
  return subject?.kind === 'package' ? subject.id : null;
}
