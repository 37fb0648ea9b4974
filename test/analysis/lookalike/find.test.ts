import { describe, expect, test } from 'vitest';
import { distance, isSlip } from '../../../src/analysis/lookalike/distance.ts';
import { findResemblances } from '../../../src/analysis/lookalike/find.ts';
import { nameParts } from '../../../src/analysis/lookalike/name-parts.ts';
import { officialAlternative, parseVendors, publisherVendor, registryNamespaces, vendors } from '../../../src/analysis/lookalike/vendor.ts';

function first(name: string, ecosystem: 'npm' | 'pypi' = 'npm', own: readonly string[] = []) {
  const [found] = findResemblances(
    { ecosystem, name },
    own.map((one) => ({ ecosystem: 'npm', name: one })),
  );
  return found === undefined ? null : `${found.resemblance} ${found.vendor?.brand ?? found.target.name}`;
}

describe('a name that may be taken for another one', () => {
  test.each([
    ['firecraw1-mcp', 'skeleton firecrawl'],
    ['Firecrawl_MCP', 'skeleton firecrawl'],
    ['fіrecrawl-mcp', 'skeleton firecrawl'],
    ['@strlpe/mcp', 'skeleton stripe'],
    ['@playwriqht/mcp', 'typo playwright'],
    ['firecrwal-mcp', 'typo firecrawl'],
    ['notoin-mcp-server', 'typo notion'],
    ['mcp-server-githb', 'typo github'],
    ['g1thub-mcp', 'typo github'],
    ['@stripe-official/mcp', 'scope stripe'],
    ['@stripehq/mcp', 'scope stripe'],
    ['@notion/notion-mcp-server', 'scope notion'],
    ['notion-mcp-server', 'copy notion'],
    ['notionhq-notion-mcp-server', 'copy notion'],
    ['modelcontextprotocol-server-filesystem', 'copy modelcontextprotocol'],
    ['mcp-server-qdrant', 'ecosystem qdrant'],
    ['stripe-mcp', 'copy stripe'],
    ['mcp-stripe', 'brand stripe'],
    ['stripe-mcp-official', 'claim stripe'],
    ['@somebody/google-maps-mcp', 'brand google'],
  ])('%s: %s', (name, expected) => {
    expect(first(name)).toBe(expected);
  });

  test.each([
    ['firecrawl-mcp', 'pypi', 'ecosystem firecrawl'],
    ['stripe-agent-toolkti', 'pypi', 'typo stripe'],
    ['mcp-server-gitt', 'pypi', 'typo modelcontextprotocol'],
  ] as const)('%s on %s: %s', (name, ecosystem, expected) => {
    expect(first(name, ecosystem)).toBe(expected);
  });

  test('the user’s own servers come first', () => {
    expect(first('my-notes-srever', 'npm', ['my-notes-server'])).toBe('typo my-notes-server');
    expect(first('@me/notes-server', 'npm', ['@me/notes-servers'])).toBeNull();
    expect(first('tests', 'npm', ['test'])).toBeNull();
    expect(first('stripe-mcp', 'npm', ['stripe-mcp'])).toBeNull();
  });
});

test.each([
  '@stripe/mcp',
  'firecrawl-mcp',
  'motion-mcp',
  'canvas-mcp-server',
  'mcp-remote',
  'weather-mcp',
  'mcp',
  '',
  '@',
  '@/',
  '💥'.repeat(500),
])('nothing is said of %s', (name) => {
  expect(first(name)).toBeNull();
});

test.each([
  ['playwright', 'playwrihgt', true],
  ['playwright', 'playwrigth-', false],
  ['abcd', 'abdc', false],
  ['notion', 'nation', true],
  ['notion', 'nations', false],
  ['filesystem', 'filesystems', true],
  ['longer-names', 'lonegr-naems', true],
  ['longer-names', 'longar-nimes', false],
])('%s and %s: a slip is %s', (a, b, expected) => {
  expect(isSlip(a, b)).toBe(expected);
  expect(isSlip(b, a)).toBe(expected);
  expect(distance(a, b)).toBe(distance(b, a));
});

test('a name is taken apart into what it says and what all servers say', () => {
  expect(nameParts('@stripe-official/Remote-MCP_server.github')).toEqual({
    scope: '@stripe-official',
    bare: 'Remote-MCP_server.github',
    tokens: ['remote', 'mcp', 'server', 'github'],
    core: ['github'],
    scopeCore: ['stripe'],
  });
});

describe('the table of vendors', () => {
  test('has the brands that matter, each once, with a day, and claims no source that it does not name', () => {
    expect(vendors.length).toBeGreaterThanOrEqual(120);
    expect(new Set(vendors.map(({ brand }) => brand)).size).toBe(vendors.length);
    for (const { checked, sources, domains, names } of vendors) {
      expect(checked).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(names.length).toBeGreaterThan(0);
      for (const source of sources)
        expect(source).toMatch(/^(?:npm|pypi|github|domains|hosted|secrets)=(?:list|catalogue|registry|docs)(?:-some)?$/);
      for (const domain of domains) expect(domain).toMatch(/^[a-z\d-]+(?:\.[a-z\d-]+)+$/);
    }
  });

  test('recommends no endpoint that no source names', () => {
    for (const { hosted, sources, domains } of vendors) {
      if (hosted === null) continue;
      expect(sources.some((source) => source.startsWith('hosted='))).toBe(true);
      const { hostname } = new URL(hosted);
      expect(
        domains.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`)),
        hosted,
      ).toBe(true);
    }
  });

  test('no two vendors claim one package, scope or beginning of a variable', () => {
    for (const column of ['npm', 'pypi', 'secrets'] as const) {
      const all = vendors.flatMap((vendor) => vendor[column]);
      expect(all.filter((one, at) => all.indexOf(one) !== at)).toEqual([]);
    }
  });

  test('a row with a cell too few is an error', () => {
    expect(() => parseVendors('a | b | c')).toThrow(RangeError);
  });

  test('whose a package is, its namespaces, and where its own server is', () => {
    expect(publisherVendor('npm', '@stripe/anything')?.brand).toBe('stripe');
    expect(publisherVendor('npm', '@stripe-x/mcp')).toBeNull();
    const stripe = vendors.find(({ brand }) => brand === 'stripe');
    expect(stripe && registryNamespaces(stripe)).toEqual(['com.stripe', 'dev.stripe', 'io.github.stripe']);
    expect(stripe && officialAlternative(stripe)).toBe('https://mcp.stripe.com');
  });
});
