import type { JsonObject } from '../../model/json.ts';
import type { ItemKind, Manifest, StaticItem, StaticManifest } from '../../model/manifest.ts';

type Words = Pick<Manifest, ItemKind | 'instructions'>;
const kinds = { tools: 'name', prompts: 'name', resources: 'uri' } as const;

/**
 * What two versions of the code name, in the form of a manifest. A text, a hint or a list of parameters that could be read
 * on one side only is left out on both: that the code is written differently is no change of its words. null = neither
 * names anything.
 */
export function codeWords(before: StaticManifest, after: StaticManifest): readonly [Words, Words] | null {
  if ([before, after].every((side) => side.tools.length + side.prompts.length + side.resources.length === 0 && side.instructions === null))
    return null;
  return [words(before, after), words(after, before)];
}

function words(side: StaticManifest, other: StaticManifest): Words {
  const items = (kind: keyof typeof kinds): readonly JsonObject[] =>
    side[kind].map((item) => asListed(kinds[kind], item, other[kind].find(({ name }) => name === item.name) ?? item));
  // None on one side is a change only where nothing says that there are some.
  const isKnown = [side, other].every(
    ({ instructions, gaps }) => instructions !== null || !gaps.some((gap) => /\binstructions\b/.test(gap)),
  );
  const instructions = isKnown ? (side.instructions?.text ?? null) : null;
  return { tools: items('tools'), prompts: items('prompts'), resources: items('resources'), resourceTemplates: [], instructions };
}

function asListed(key: string, item: StaticItem, other: StaticItem): JsonObject {
  const { title, description, annotations, parameters } = item;
  const known = parameters.length > 0 && other.parameters.length > 0;
  const properties = Object.fromEntries(
    parameters.map((parameter) => {
      const twin = other.parameters.find(({ name }) => name === parameter.name);
      const isKnown = parameter.description !== null && (twin === undefined || twin.description !== null);
      return [parameter.name, isKnown ? { description: parameter.description } : {}];
    }),
  );
  return {
    [key]: item.name,
    ...(title !== null && other.title !== null ? { title } : {}),
    ...(description !== null && other.description !== null ? { description } : {}),
    ...(annotations !== null && other.annotations !== null ? { annotations } : {}),
    ...(known ? { inputSchema: { type: 'object', properties } } : {}),
  };
}
