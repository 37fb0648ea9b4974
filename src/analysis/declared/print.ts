import { type CapabilityClass, capabilityClasses } from '../../model/capability.ts';
import { type DeclaredManifest, declaredKinds } from '../../model/declared-manifest.ts';

/**
 * The text of a `mcp-manifest.json`: members in one order, names sorted by UTF-16 code unit, two spaces, a line break at the
 * end. The same declaration always gives the same bytes, and one change changes the lines that it is about.
 */
export function printDeclared(declared: DeclaredManifest): string {
  const { name, version, instructions, auth } = declared;
  const kinds = declaredKinds.map((kind) => [kind, sorted(declared[kind])] as const);
  const classes = (Object.keys(capabilityClasses) as CapabilityClass[]).flatMap((of) => {
    const scopes = declared.capabilities[of];
    return scopes === undefined ? [] : [[of, [...scopes].sort()] as const];
  });
  const document = {
    schemaVersion: 1,
    name,
    version,
    instructions,
    ...Object.fromEntries(kinds),
    capabilities: Object.fromEntries(classes),
    auth,
    variables: sorted(declared.variables),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function sorted<T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
