import fc from 'fast-check';

export interface JsonDocument {
  readonly text: string;
  /** Paths of every object, and of every member of an object that lies in objects only. */
  readonly maps: readonly (readonly string[])[];
  readonly members: readonly (readonly string[])[];
}

type Value = { readonly members: readonly (readonly [string, Value])[] } | { readonly literal: string };

/** Documents as people and tools write them: odd spacing, comments, trailing commas, tabs, CRLF, escapes, hostile names. */
export function jsonDocument(dialect: 'json' | 'jsonc'): fc.Arbitrary<JsonDocument> {
  return fc
    .record({
      value: object,
      eol: fc.constantFrom('\n', '\r\n', '\r'),
      gaps: fc.infiniteStream(gap(dialect)),
      commas: fc.infiniteStream(fc.boolean()),
    })
    .map(({ value, eol, gaps, commas }) => {
      const space = () => (gaps.next().value as string).replaceAll('\n', eol);
      const maps: string[][] = [];
      const members: string[][] = [];
      const trailing = () => dialect === 'jsonc' && commas.next().value === true;
      const print = (node: Value, path: string[]): string => {
        if ('literal' in node) return node.literal;
        maps.push(path);
        const parts = node.members.map(([name, child]) => {
          members.push([...path, name]);
          return `${space()}${JSON.stringify(name)}${space()}:${space()}${print(child, [...path, name])}${space()}`;
        });
        const comma = parts.length > 0 && trailing() ? `,${space()}` : '';
        return `{${parts.join(',')}${comma}${parts.length === 0 ? space() : ''}}`;
      };
      const text = `${space()}${print(value, [])}${space()}`;
      return { text, maps, members };
    });
}

function gap(dialect: 'json' | 'jsonc'): fc.Arbitrary<string> {
  const plain = ['', '', '', ' ', '\n', '\n  ', '\n\t', '\n    ', '  \n\n ', '\t'];
  const comments = ['/* a */', ' // b \n', '\n  // c\n  ', ' /* d\n d */ ', '// "e": {\n', '/**//**/', '\n/* f */\n', ' /* g */ // h\t\n'];
  return fc.constantFrom(...plain, ...(dialect === 'jsonc' ? comments : []));
}

const literal = fc.constantFrom(
  '1.0',
  '12345678901234567890',
  '-0',
  '1e5',
  'true',
  'null',
  '""',
  '"\\/\\u0041"',
  '"// no"',
  '[]',
  '[1, {"a": 2}]',
  '"\ud83d\ude00"',
);
const name = fc.oneof(
  fc.constantFrom('mcpServers', 'servers', 'a', 'b', '__proto__', '', 'x.y', '7', '/*', '\u2028'),
  fc.string({ maxLength: 4 }),
);

const { object } = fc.letrec<{ object: Value; value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    literal.map((text): Value => ({ literal: text })),
    tie('object'),
  ),
  object: fc.uniqueArray(fc.tuple(name, tie('value')), { maxLength: 4, selector: ([key]) => key }).map((members): Value => ({ members })),
}));
