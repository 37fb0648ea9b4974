import type { Views } from '../views.ts';
import { type Located, locate } from './definitions.ts';
import { type FoundItem, textAt } from './items.ts';
import { namedOf, type PlacedArgument, positionalOf } from './rows.ts';

/** A server of FastMCP whose tools another one offers, both as places. */
export interface Mount {
  readonly parent: string | null;
  readonly child: string;
  /** '' = none. */
  readonly prefix: string;
}

const maxDepth = 5;

/** The place of the server object that an expression is; null = none is known, or several. */
export function serverOf(at: Located, views: Views): string | null {
  const made = locate(at, views).filter(
    ({ node, view }) =>
      node.type === 'CallExpression' &&
      node.children[0] !== undefined &&
      view.evaluator.origins(node.children[0]).some((origin) => /^(?:mcp|fastmcp)\b.*\b(?:FastMCP|MCPServer)$/.test(origin)),
  );
  const [only, ...more] = made;
  return only === undefined || more.length > 0 ? null : `${only.view.path}:${only.node.from}`;
}

/**
 * `main.mount(sub)`, `main.mount(sub, prefix='x')`, `main.mount('x', sub)`; null = the mounted server is not of this package,
 * or the prefix is not known.
 */
export function mountOf(args: readonly PlacedArgument[], parent: Located, views: Views): Mount | null {
  const values = [...positionalOf(args), namedOf(args, ['server'])].filter((value) => value !== undefined);
  const server = values.flatMap((value) => serverOf(value, views) ?? [])[0];
  const said = namedOf(args, ['prefix', 'namespace']) ?? values.find((value) => serverOf(value, views) === null);
  const prefix = said === undefined ? '' : textAt(said);
  // What `tool_names` renames has another name again.
  return server === undefined || prefix === null || namedOf(args, ['tool_names']) !== undefined
    ? null
    : { parent: serverOf(parent, views), child: server, prefix };
}

/** The items under the names that they have where they are offered: `prefix_name` for what is mounted with a prefix. */
export function underPrefixes(items: readonly FoundItem[], mounts: readonly Mount[]): readonly FoundItem[] {
  return items.flatMap((item) => {
    // FastMCP puts the prefix of a resource into its URI, not into its name.
    if (item.server === null || item.kind === 'resources') return [item];
    const names = [...prefixesOf(item.server, mounts, 0)].map((prefix) => `${prefix}${item.name}`);
    return names.map((name): FoundItem => (name === item.name ? item : { ...item, name, confidence: 'resolved' }));
  });
}

function prefixesOf(server: string, mounts: readonly Mount[], depth: number): ReadonlySet<string> {
  const own = mounts.filter(({ child }) => child === server);
  if (own.length === 0 || depth > maxDepth) return new Set(['']);
  return new Set(
    own.slice(0, 20).flatMap(({ parent, prefix }) => {
      const outer = parent === null ? new Set(['']) : prefixesOf(parent, mounts, depth + 1);
      return [...outer].map((before) => `${before}${prefix === '' ? '' : `${prefix}_`}`);
    }),
  );
}
