import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import canonicalizeModule from 'canonicalize';
import { expect, test } from 'vitest';
import { parseDeclared } from '../../src/analysis/declared/parse.ts';
import { printDeclared } from '../../src/analysis/declared/print.ts';
import { digestValue } from '../../src/model/digest.ts';
import type { JsonValue } from '../../src/model/json.ts';

// Its types describe a default export that a CommonJS module does not have.
const canonicalize = canonicalizeModule as unknown as (value: unknown) => string;
const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'manifest.md'), 'utf8');
const blocks = [...page.matchAll(/```json (\w+)\n([\s\S]*?)```/g)].map(([, kind = '', json = '']) => ({ kind, json }));
const vectors = blocks
  .filter(({ kind }) => kind === 'vector')
  .map(({ json }) => JSON.parse(json) as { value: JsonValue; canonical: string; digest: string });

test('the page has vectors', () => {
  expect(vectors.length).toBeGreaterThanOrEqual(5);
});

test.each(vectors.map((vector) => [vector.digest, vector] as const))(
  'vector %s holds in another implementation of RFC 8785, and in this one',
  (_, vector) => {
    expect(canonicalize(vector.value)).toBe(vector.canonical);
    expect(`sha256-${createHash('sha256').update(vector.canonical).digest('base64')}`).toBe(vector.digest);
    expect(digestValue(vector.value)).toBe(vector.digest);
  },
);

test('the example is a manifest, printed as `manifest create` prints it', () => {
  const [example] = blocks.filter(({ kind }) => kind === 'example');
  expect(printDeclared(parseDeclared(Buffer.from(example?.json ?? '')))).toBe(example?.json);
});
