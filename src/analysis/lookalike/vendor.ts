import { vendorRows } from './vendors-data.ts';

/** One vendor of the table. What it claims, and on whose word, is said in `vendors-data.ts`. */
export interface Vendor {
  readonly brand: string;
  /** Words that mean it in a package's name; several words side by side are joined by `-`. */
  readonly names: readonly string[];
  readonly npm: readonly string[];
  readonly pypi: readonly string[];
  readonly github: readonly string[];
  readonly domains: readonly string[];
  /** Its official MCP endpoint; null = no source names one. */
  readonly hosted: string | null;
  readonly secrets: readonly string[];
  /** `column=source`; a column that is not named was not checked. */
  readonly sources: readonly string[];
  /** ISO day. */
  readonly checked: string;
}

/** The table, sorted by brand. */
export const vendors: readonly Vendor[] = parseVendors(vendorRows);

/** The rows of a table of vendors. @throws RangeError for a row that has not ten cells: the table is our own. */
export function parseVendors(rows: string): readonly Vendor[] {
  return rows
    .split('\n')
    .filter((row) => row.trim() !== '')
    .map((row) => {
      const cells = row.split(' | ');
      if (cells.length !== 10) throw new RangeError(`a vendor has ten cells: ${row}`);
      const [brand = '', names, npm, pypi, github, domains, hosted = '-', secrets, sources, checked = ''] = cells;
      return {
        brand,
        names: words(names),
        npm: words(npm),
        pypi: words(pypi),
        github: words(github),
        domains: words(domains),
        hosted: hosted === '-' ? null : hosted,
        secrets: words(secrets),
        sources: words(sources),
        checked,
      };
    });
}

function words(cell = '-'): readonly string[] {
  return cell === '-' ? [] : cell.split(' ');
}

/** The vendor that publishes this package: by its scope, or by its whole name; null = none of the table. */
export function publisherVendor(ecosystem: 'npm' | 'pypi', name: string): Vendor | null {
  const scope = /^(@[^/]+)\//.exec(name)?.[1];
  return vendors.find((vendor) => vendor[ecosystem].some((own) => own === name || own === scope)) ?? null;
}

/**
 * The MCP registry's namespaces that only the vendor can hold: its domains backwards, and its GitHub organisations.
 * @see MCP registry, namespace verification by DNS and GitHub
 */
export function registryNamespaces({ domains, github }: Vendor): readonly string[] {
  return [
    ...domains.map((domain) => domain.split('.').reverse().join('.')),
    ...github.map((organisation) => `io.github.${organisation.toLowerCase()}`),
  ];
}

/**
 * Where the vendor's own server is: the endpoint that a source names, else a package that is called after MCP, else its
 * scope. null = the table knows none. "Listed", never "verified": see the table's sources.
 */
export function officialAlternative({ hosted, npm, pypi }: Vendor): string | null {
  const own = [...npm, ...pypi];
  return hosted ?? own.find((name) => /(?:^|[-/])mcp(?:-|$)/.test(name)) ?? null;
}
