import { type Finding, finding } from '../model/finding.ts';
import type { JsonObject } from '../model/json.ts';
import type { StaticItem, StaticManifest } from '../model/manifest.ts';
import type { Check } from './check.ts';

/**
 * The code's tools against those that the running server showed. Silent where the static list is known to be a lower
 * bound (`gaps`), where nothing was found at all, and about what was only guessed: a false alarm here is a reason to
 * stop reading alarms.
 */
export const staticAndProbed: Check = {
  codes: ['tool-not-in-code', 'tool-not-shown', 'tool-text-differs'],
  run({ static: found, probed }) {
    if (probed === null) return [];
    const shown = new Map(
      probed.manifest.tools.flatMap((tool) => (typeof tool['name'] === 'string' ? [[tool['name'], tool] as const] : [])),
    );
    const coded = new Map(found.tools.map((tool) => [tool.name, tool]));
    return [...notInCode(shown, coded, found), ...notShown(shown, coded), ...texts(shown, coded)];
  },
};

function notInCode(
  shown: ReadonlyMap<string, JsonObject>,
  coded: ReadonlyMap<string, StaticItem>,
  found: StaticManifest,
): readonly Finding[] {
  // A server whose registrations were all missed was not understood: one tool beside many known ones is what stands out.
  if (found.gaps.some((gap) => /^tools|could not be read/.test(gap)) || coded.size === 0) return [];
  const known = [...shown.keys()].filter((name) => coded.has(name)).length;
  const missing = [...shown.keys()].filter((name) => !coded.has(name)).sort();
  return known * 2 < shown.size ? [] : missing.map((name) => finding('tool-not-in-code', `tools/${name}`));
}

function notShown(shown: ReadonlyMap<string, JsonObject>, coded: ReadonlyMap<string, StaticItem>): readonly Finding[] {
  return [...coded.values()]
    .filter((tool) => tool.confidence !== 'guessed' && !shown.has(tool.name))
    .map((tool) => finding('tool-not-shown', `tools/${tool.name}`, { where: tool.where }));
}

function texts(shown: ReadonlyMap<string, JsonObject>, coded: ReadonlyMap<string, StaticItem>): readonly Finding[] {
  return [...coded.values()].flatMap((tool) => {
    const running = shown.get(tool.name)?.['description'];
    if (tool.confidence === 'guessed' || tool.description === null || typeof running !== 'string') return [];
    if (squeezed(running) === squeezed(tool.description)) return [];
    return [finding('tool-text-differs', `tools/${tool.name}`, { where: tool.where, code: tool.description, running })];
  });
}

/** White space that a template literal indents by is not a difference in words. */
function squeezed(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
