import { expect, test } from 'vitest';
import { mirroredParams } from '../../src/model/mirrored-params.ts';

const text = (name: unknown, more: object = {}) => ({ type: 'string', 'x-mcp-header': name, ...more }) as never;
const object = (properties: object) => ({ type: 'object', properties }) as never;

test('arguments at any depth, in the order of the schema, with the prefix', () => {
  const schema = object({
    a: text('A'),
    plain: { type: 'string' },
    in: object({ b: text('b-2', { type: 'integer' }), c: text('C', { type: 'boolean' }) }),
  });
  expect(mirroredParams(schema)).toEqual([
    { path: ['a'], header: 'Mcp-Param-A' },
    { path: ['in', 'b'], header: 'Mcp-Param-b-2' },
    { path: ['in', 'c'], header: 'Mcp-Param-C' },
  ]);
});

test('none where there are none; an argument of that name is not one, nor is what stands in a value', () => {
  for (const schema of [
    undefined,
    null,
    true,
    {},
    object({ 'x-mcp-header': { type: 'string' } }),
    object({ a: { type: 'string', default: { 'x-mcp-header': 'A' } } }),
  ])
    expect(mirroredParams(schema as never)).toEqual([]);
});

test.each<[string, object]>([
  ['of no name', object({ a: text('') })],
  ['of a name that is no text', object({ a: text(7) })],
  ['with a space', object({ a: text('a b') })],
  ['with a line end', object({ a: text('a\r\nb') })],
  ['with a colon', object({ a: text('a:b') })],
  ['not in ASCII', object({ a: text('ü') })],
  ['twice, but for the case of letters', object({ a: text('Same'), b: text('same') })],
  ['on a number', object({ a: text('A', { type: 'number' }) })],
  ['on an object', object({ a: text('A', { type: 'object' }) })],
  ['on two types', object({ a: text('A', { type: ['string', 'null'] }) })],
  ['on no type', object({ a: { 'x-mcp-header': 'A' } })],
  ['on the whole', { type: 'string', 'x-mcp-header': 'A' }],
  ['on the items of a list', object({ a: { type: 'array', items: text('A') } })],
  ['in one of several forms', { oneOf: [object({ a: text('A') })] }],
  ['in a definition', { $defs: { d: text('A') } }],
  ['on whatever else there is', { type: 'object', additionalProperties: text('A') }],
])('a header %s breaks the rules', (_what, schema) => {
  expect(mirroredParams(schema as never)).toEqual({ why: expect.stringMatching(/^it wants /) });
});
