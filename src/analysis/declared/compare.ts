import { type DeclaredDifference, type DeclaredManifest, declaredKinds } from '../../model/declared-manifest.ts';

/**
 * Every difference between two declarations, the first being what is claimed (or the older one), in the order of the format,
 * names sorted.
 */
export function compareDeclared(declared: DeclaredManifest, found: DeclaredManifest): readonly DeclaredDifference[] {
  const scopes = (record: DeclaredManifest['capabilities']) =>
    Object.fromEntries(Object.entries(record).map(([of, all]) => [of, scopeText(all)]));
  return [
    ...single('name', declared.name, found.name),
    ...single('version', declared.version, found.version),
    ...single('instructions', declared.instructions, found.instructions),
    ...declaredKinds.flatMap((kind) => records(kind, declared[kind], found[kind])),
    ...records('capabilities', scopes(declared.capabilities), scopes(found.capabilities)),
    ...single('auth', declared.auth, found.auth),
    ...records('variables', declared.variables, found.variables),
  ];
}

/** Scopes as one text: `any` for `*`, `not narrowed down` for none. */
export function scopeText(scopes: readonly string[]): string {
  if (scopes.length === 0) return 'not narrowed down';
  return scopes.map((scope) => (scope === '*' ? 'any' : scope)).join(', ');
}

function single(subject: string, declared: string | null, found: string | null): readonly DeclaredDifference[] {
  if (declared === found) return [];
  return [{ subject, kind: declared === null ? 'undeclared' : found === null ? 'absent' : 'differs', declared, found }];
}

function records(
  part: string,
  declared: Readonly<Record<string, string>>,
  found: Readonly<Record<string, string>>,
): readonly DeclaredDifference[] {
  const names = [...new Set([...Object.keys(declared), ...Object.keys(found)])].sort();
  const of = (record: Readonly<Record<string, string>>, name: string) => (Object.hasOwn(record, name) ? (record[name] ?? null) : null);
  return names.flatMap((name) => single(`${part}/${name}`, of(declared, name), of(found, name)));
}
