import fc from 'fast-check';

export interface JsonDocument {
  readonly text: string;
  /** Paths of every object, and of every member of an object that lies in objects only. */
  readonly maps: readonly (readonly string[])[];
  readonly members: readonly (readonly string[])[];
}

type JsonDialect = 'json' | 'jsonc' | 'json5';

type Value = { readonly members: readonly (readonly [string, Value])[] } | { readonly literal: string };

/** Documents as people and tools write them: odd spacing, comments, trailing commas, tabs, CRLF, escapes, hostile names; in JSON5 also its quotes, names and numbers. */
export function jsonDocument(dialect: JsonDialect): fc.Arbitrary<JsonDocument> {
  return fc
    .record({
      value: object,
      eol: fc.constantFrom('\n', '\r\n', '\r'),
      gaps: fc.infiniteStream(gap(dialect)),
      commas: fc.infiniteStream(fc.boolean()),
      spellings: fc.infiniteStream(fc.nat()),
    })
    .map(({ value, eol, gaps, commas, spellings }) => {
      const space = () => (gaps.next().value as string).replaceAll('\n', eol);
      const maps: string[][] = [];
      const members: string[][] = [];
      const trailing = () => dialect !== 'json' && commas.next().value === true;
      const one = (from: readonly string[]) => from[(spellings.next().value as number) % from.length] ?? '';
      const nameOf = (name: string) => (dialect === 'json5' ? one(json5Names(name)) : JSON.stringify(name));
      const print = (node: Value, path: string[]): string => {
        if ('literal' in node) return dialect === 'json5' ? one([node.literal, ...json5Literals]) : node.literal;
        maps.push(path);
        const parts = node.members.map(([name, child]) => {
          members.push([...path, name]);
          return `${space()}${nameOf(name)}${space()}:${space()}${print(child, [...path, name])}${space()}`;
        });
        const comma = parts.length > 0 && trailing() ? `,${space()}` : '';
        return `{${parts.join(',')}${comma}${parts.length === 0 ? space() : ''}}`;
      };
      const text = `${space()}${print(value, [])}${space()}`;
      return { text, maps, members };
    });
}

/** The ways to write one name: both quotes, a line continuation, and none where it is an identifier. */
function json5Names(name: string): readonly string[] {
  const quoted = JSON.stringify(name);
  const single = `'${quoted.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
  const bare = /^[A-Za-z_$][\w$]*$/.test(name) ? [name, `\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}${name.slice(1)}`] : [];
  return [quoted, single, `'\\\n${single.slice(1)}`, ...bare];
}

const json5Literals = [
  "'it\\'s'",
  '0xC0ffee',
  '+.5',
  '5.',
  '-Infinity',
  'NaN',
  "'a\\\nb'",
  '"\\x41\\v\\q"',
  "[1, 'x',]",
  '{a: [{},],}',
  '1e999',
  "'\u2028'",
];

function gap(dialect: JsonDialect): fc.Arbitrary<string> {
  const plain = ['', '', '', ' ', '\n', '\n  ', '\n\t', '\n    ', '  \n\n ', '\t'];
  const comments = ['/* a */', ' // b \n', '\n  // c\n  ', ' /* d\n d */ ', '// "e": {\n', '/**//**/', '\n/* f */\n', ' /* g */ // h\t\n'];
  const wide = ['\u00a0', '\v\f', '\u2028', '\ufeff ', '// i\u2029', '\u2028  '];
  return fc.constantFrom(...plain, ...(dialect === 'json' ? [] : comments), ...(dialect === 'json5' ? wide : []));
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
