import type { PackageFile } from '../../model/artifact.ts';
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { ParameterWords, StaticParameter } from '../../model/manifest.ts';
import type { FoundItem, StaticKind } from './items.ts';
import type { Gap } from './registrations.ts';

const maxBytes = 8 * 1024 * 1024;
const maxItems = 5_000;
const maxSteps = 4;
const toolName = /^[\w./:@-]{1,128}$/;
const notData = /(?:^|\/)(?:package(?:-lock)?|tsconfig[\w.-]*|composer|npm-shrinkwrap)\.json$/;

/**
 * Tools in the JSON files of a package: tables, saved answers to `tools/list`, and the manifest of an MCPB bundle. That
 * something reads such a table is a guess; what a bundle's manifest declares is declared.
 */
export function dataItems(files: readonly PackageFile[]): { readonly items: readonly FoundItem[]; readonly gaps: readonly Gap[] } {
  const items: FoundItem[] = [];
  const gaps: Gap[] = [];
  for (const file of files) {
    if (notData.test(file.path) || file.bytes.length > maxBytes) continue;
    const text = new TextDecoder().decode(file.bytes);
    if (!/"(?:inputSchema|input_schema|manifest_version|dxt_version)"/.test(text)) continue;
    const value = parsed(text);
    if (value === undefined) continue;
    if (isBundleManifest(file.path, value)) bundle(value, file.path, text, items, gaps);
    else table(value, file.path, text, items, 0);
  }
  return { items: items.slice(0, maxItems), gaps };
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** @see the MCPB manifest, versions 0.1 to 0.4 (`dxt_version` before the format was renamed) */
function isBundleManifest(path: string, value: JsonValue): value is JsonObject {
  return (
    /(?:^|\/)manifest\.json$/.test(path) &&
    isObject(value) &&
    ('manifest_version' in value || 'dxt_version' in value) &&
    isObject(value['server'])
  );
}

function bundle(manifest: JsonObject, file: string, text: string, items: FoundItem[], gaps: Gap[]): void {
  for (const kind of ['tools', 'prompts'] as const) {
    const list = manifest[kind];
    if (Array.isArray(list)) for (const entry of list as readonly JsonValue[]) push(kind, entry, file, text, 'resolved', items);
    if (manifest[`${kind}_generated`] === true)
      gaps.push({ text: `${kind} are made at run time, says the bundle's manifest (${file})`, file });
  }
}

/** A list of tool-shaped objects, bare or inside the members that hold one: `{ tools }`, `{ result: { tools } }`, by name. */
function table(value: JsonValue, file: string, text: string, items: FoundItem[], steps: number): void {
  if (steps > maxSteps || items.length > maxItems || typeof value !== 'object' || value === null) return;
  const inner = (Array.isArray(value) ? value : Object.values(value)) as readonly JsonValue[];
  for (const entry of inner) {
    if (isObject(entry) && isObject(entry['inputSchema'] ?? entry['input_schema'] ?? null))
      push('tools', entry, file, text, 'guessed', items);
    else table(entry, file, text, items, steps + 1);
  }
}

function push(
  kind: StaticKind,
  entry: JsonValue,
  file: string,
  text: string,
  confidence: FoundItem['confidence'],
  items: FoundItem[],
): void {
  if (!isObject(entry) || typeof entry['name'] !== 'string' || !toolName.test(entry['name'])) return;
  const { name } = entry;
  const schema = entry['inputSchema'] ?? entry['input_schema'] ?? null;
  const at = text.indexOf(JSON.stringify(name));
  items.push({
    kind,
    file,
    name,
    title: textIn(entry, 'title'),
    description: textIn(entry, 'description'),
    parameters: isObject(schema) && isObject(schema['properties']) ? parameters(schema['properties']) : [],
    annotations: isObject(entry['annotations']) ? entry['annotations'] : null,
    where: `${file}:${at < 0 ? 1 : text.slice(0, at).split('\n').length}`,
    through: null,
    isChosen: false,
    confidence,
  });
}

function parameters(properties: JsonObject): readonly StaticParameter[] {
  return Object.entries(properties).map(([name, schema]) => {
    if (!isObject(schema)) return { name, description: null };
    const words = wordsIn(schema);
    return { name, description: textIn(schema, 'description'), ...(Object.keys(words).length === 0 ? {} : { words }) };
  });
}

function wordsIn(schema: JsonObject): ParameterWords {
  const single = (['title', 'default', 'const'] as const).flatMap((name) => {
    const text = textIn(schema, name);
    return text === null ? [] : [[name, text] as const];
  });
  const lists = (['enum', 'examples'] as const).flatMap((name) => {
    const list = schema[name];
    const texts = Array.isArray(list) ? list.filter((one: JsonValue) => typeof one === 'string') : [];
    return texts.length === 0 ? [] : [[name, texts] as const];
  });
  return Object.fromEntries([...single, ...lists]);
}

function textIn(object: JsonObject, member: string): string | null {
  const value = object[member];
  return typeof value === 'string' ? value : null;
}
