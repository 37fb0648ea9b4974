import type { Capability } from '../model/capability.ts';
import { type DeclaredDigest, type DeclaredKind, type DeclaredManifest, declaredKinds } from '../model/declared-manifest.ts';
import { digestValue } from '../model/digest.ts';
import { type Finding, type FindingCode, finding } from '../model/finding.ts';
import { itemKey } from '../model/item-digest.ts';
import type { JsonValue } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Check, CheckInput } from './check.ts';

/** More differences of one kind than this are one finding. */
const maxApart = 10;

/**
 * What the package's own manifest says against what was derived. The manifest is a claim: it takes nothing away from what was
 * derived, and adds only contradictions. Silent where nobody could tell: a scope that is not known, words that were not seen.
 */
export const declaredManifest: Check = {
  codes: ['manifest-undeclared', 'manifest-absent', 'manifest-differs', 'manifest-signed-differs', 'manifest-invalid'],
  run(input) {
    const { declared: shipped, artifact } = input;
    if (shipped === undefined || shipped === null) return [];
    const invalid = shipped.invalid === null ? [] : [finding('manifest-invalid', artifact.name, { why: shipped.invalid })];
    const { declared } = shipped;
    if (declared === null) return invalid;
    const differs: FindingCode = shipped.signed ? 'manifest-signed-differs' : 'manifest-differs';
    const findings = [...identity(declared, input, differs), ...words(declared, input, differs), ...abilities(declared, input)];
    return [...invalid, ...together(findings)];
  },
};

function identity(declared: DeclaredManifest, { artifact }: CheckInput, differs: FindingCode): readonly Finding[] {
  return (['name', 'version'] as const)
    .filter((member) => declared[member] !== artifact[member])
    .map((member) => finding(differs, member, { declared: declared[member], found: artifact[member] }));
}

function words(declared: DeclaredManifest, { probed, static: code }: CheckInput, differs: FindingCode): readonly Finding[] {
  if (probed === null) {
    const named = code.tools.filter(({ name, confidence }) => confidence !== 'guessed' && !Object.hasOwn(declared.tools, name));
    return named.map(({ name, where }) => finding('manifest-undeclared', `tools/${name}`, { found: where }));
  }
  const { manifest } = probed;
  const varies = (id: string) =>
    Object.hasOwn(probed.volatile, id) || probed.differences.some(({ kind, name }) => `${kind}/${name}` === id || kind === id);
  const compared = (id: string, said: DeclaredDigest | null, shown: JsonValue): readonly Finding[] => {
    if (said === null) return [finding('manifest-undeclared', id)];
    return said === 'varies' || varies(id) || said === digestValue(shown) ? [] : [finding(differs, id)];
  };
  const instructions =
    manifest.instructions === null
      ? declared.instructions === null
        ? []
        : [finding('manifest-absent', 'instructions')]
      : compared('instructions', declared.instructions, manifest.instructions);
  const items = declaredKinds.flatMap((kind) => {
    const shown = shownItems(kind, manifest);
    const gone = Object.keys(declared[kind]).filter((name) => !shown.has(name));
    return [
      ...[...shown].flatMap(([name, item]) => compared(`${kind}/${name}`, own(declared[kind], name), item)),
      ...gone.map((name) => finding('manifest-absent', `${kind}/${name}`)),
    ];
  });
  return [...instructions, ...items];
}

function shownItems(kind: DeclaredKind, manifest: Manifest): ReadonlyMap<string, JsonValue> {
  return new Map(
    manifest[kind].flatMap((item) => {
      const name = itemKey(kind, item);
      return name === null ? [] : [[name, item] as const];
    }),
  );
}

function abilities(declared: DeclaredManifest, { capabilities, credentials }: CheckInput): readonly Finding[] {
  const all = capabilities.capabilities;
  const undeclared = all.flatMap((one) => beyond(one, declared));
  const absent = all
    .filter((one) => one.verdict === 'not-seen' && Object.hasOwn(declared.capabilities, one.class))
    .map((one) => finding('manifest-absent', `capabilities/${one.class}`));
  const keys = credentials
    .map(({ variable }) => variable)
    .filter((variable) => variable !== '*' && !Object.hasOwn(declared.variables, variable));
  return [...undeclared, ...absent, ...[...new Set(keys)].map((variable) => finding('manifest-undeclared', `variables/${variable}`))];
}

/** A class that is denied, or places that its own code names and the manifest does not. Versions of dependencies move; their places do too. */
function beyond({ class: of, verdict, reach, scopes }: Capability, declared: DeclaredManifest): readonly Finding[] {
  if (verdict !== 'seen' || reach === 'baseline') return [];
  const said = declared.capabilities[of];
  if (said === undefined) return [finding('manifest-undeclared', `capabilities/${of}`, { class: of, found: [...scopes] })];
  if (reach !== 'own' || said.length === 0 || said.includes('*')) return [];
  const more = scopes.filter((scope) => !said.includes(scope));
  return more.length === 0 ? [] : [finding('manifest-undeclared', `capabilities/${of}`, { class: of, found: more })];
}

/** Many of one code and part are one finding with their names. */
function together(findings: readonly Finding[]): readonly Finding[] {
  const byPart = new Map<string, Finding[]>();
  for (const one of findings) {
    const key = `${one.code} ${one.subject.split('/')[0]}`;
    byPart.set(key, [...(byPart.get(key) ?? []), one]);
  }
  return [...byPart.values()].flatMap((group): readonly Finding[] => {
    const [first] = group;
    if (first === undefined || group.length <= maxApart) return group;
    const names = group.map(({ subject }) => subject.slice(subject.indexOf('/') + 1));
    return [finding(first.code, first.subject.split('/')[0] ?? first.subject, { names })];
  });
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | null {
  return Object.hasOwn(record, key) ? (record[key] ?? null) : null;
}
