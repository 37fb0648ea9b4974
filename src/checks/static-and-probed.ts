import { type Finding, finding } from '../model/finding.ts';
import { isObject, type JsonObject } from '../model/json.ts';
import type { StaticItem, StaticManifest } from '../model/manifest.ts';
import type { Check } from './check.ts';

/** More tools than this that a server keeps back are one choice of the run, and one finding. */
const maxApart = 5;

/**
 * The code's tools against those that the running server showed. Silent where the static list is known to be a lower
 * bound (`gaps`), where nothing was found at all, and about what was only guessed: a false alarm here is a reason to
 * stop reading alarms.
 */
export const staticAndProbed: Check = {
  codes: ['tool-not-in-code', 'tool-not-shown', 'tool-text-differs', 'instructions-differ'],
  run({ static: found, probed }) {
    if (probed === null) return [];
    const shown = new Map(
      probed.manifest.tools.flatMap((tool) => (typeof tool['name'] === 'string' ? [[tool['name'], tool] as const] : [])),
    );
    const coded = new Map(found.tools.map((tool) => [tool.name, tool]));
    return [
      ...notInCode(shown, coded, found),
      ...notShown(shown, coded),
      ...texts(shown, coded),
      ...instructions(found, probed.manifest.instructions),
    ];
  },
};

function notInCode(
  shown: ReadonlyMap<string, JsonObject>,
  coded: ReadonlyMap<string, StaticItem>,
  found: StaticManifest,
): readonly Finding[] {
  // A server whose registrations were all missed was not understood: one tool beside many known ones is what stands out.
  if (found.gaps.some((gap) => /(?:^|: )tools |could not be read/.test(gap)) || coded.size === 0) return [];
  const known = [...shown.keys()].filter((name) => coded.has(name)).length;
  const missing = [...shown.keys()].filter((name) => !coded.has(name)).sort();
  return known * 2 < shown.size ? [] : missing.map((name) => finding('tool-not-in-code', `tools/${name}`));
}

function notShown(shown: ReadonlyMap<string, JsonObject>, coded: ReadonlyMap<string, StaticItem>): readonly Finding[] {
  const missing = [...coded.values()].filter((tool) => tool.confidence !== 'guessed' && !shown.has(tool.name));
  const [first] = missing;
  if (first === undefined) return [];
  return missing.length > maxApart
    ? [finding('tool-not-shown', 'tools', { where: first.where, names: missing.map(({ name }) => name) })]
    : missing.map((tool) => finding('tool-not-shown', `tools/${tool.name}`, { where: tool.where }));
}

/** One finding per tool, about the first text or hint that differs. What only one side has is no difference in words. */
function texts(shown: ReadonlyMap<string, JsonObject>, coded: ReadonlyMap<string, StaticItem>): readonly Finding[] {
  return [...coded.values()].flatMap((tool) => {
    const running = shown.get(tool.name);
    if (tool.confidence === 'guessed' || running === undefined) return [];
    const [first] = pairs(tool, running).filter(({ code, runs }) => squeezed(code) !== squeezed(runs));
    if (first === undefined) return [];
    return [
      finding('tool-text-differs', `tools/${tool.name}`, {
        where: tool.where,
        pointer: first.pointer,
        code: first.code,
        running: first.runs,
      }),
    ];
  });
}

/** Only two texts can differ; one that the run chooses among several is said to be so by a gap. */
function instructions({ instructions: coded, gaps }: StaticManifest, running: string | null): readonly Finding[] {
  if (coded === null || running === null || gaps.some((gap) => /\binstructions are /.test(gap))) return [];
  if (squeezed(coded.text) === squeezed(running)) return [];
  return [finding('instructions-differ', 'instructions', { where: coded.where, code: coded.text, running })];
}

interface Pair {
  /** JSON pointer into the running tool. */
  readonly pointer: string;
  readonly code: string;
  readonly runs: string;
}

function pairs(tool: StaticItem, running: JsonObject): readonly Pair[] {
  const schema = running['inputSchema'];
  const properties = isObject(schema) && isObject(schema['properties']) ? schema['properties'] : {};
  const hints = running['annotations'];
  const found: Pair[] = [];
  const pair = (pointer: string, code: unknown, runs: unknown): void => {
    if (typeof code === typeof runs && (typeof code === 'string' || typeof code === 'boolean')) {
      found.push({ pointer, code: String(code), runs: String(runs) });
    }
  };
  pair('/description', tool.description, running['description']);
  pair('/title', tool.title, running['title']);
  for (const { name, description } of tool.parameters) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (isObject(property)) pair(`/inputSchema/properties/${escaped(name)}/description`, description, property['description']);
  }
  for (const [name, said] of Object.entries(tool.annotations ?? {})) {
    if (isObject(hints) && Object.hasOwn(hints, name)) pair(`/annotations/${escaped(name)}`, said, hints[name]);
  }
  return found;
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** White space that a template literal indents by is not a difference in words. */
function squeezed(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
