import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { schemaFiles } from '../../src/report/json/schemas.ts';

const folder = join(import.meta.dirname, '..', '..', 'docs', 'schemas');

test('docs/schemas holds exactly what the schemas say (npm run schemas writes it)', () => {
  const written = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  expect(written).toEqual(new Map(schemaFiles()));
});
