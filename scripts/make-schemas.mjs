// Writes docs/schemas/*.schema.json from the zod schemas of `--json` documents. Run after changing one of them;
// test/report/schemas.test.ts fails while the files and the schemas differ.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import './build.mjs';

const { schemaFiles } = await import('../dist/report/json/schemas.js');
const folder = join(import.meta.dirname, '..', 'docs', 'schemas');
mkdirSync(folder, { recursive: true });
for (const old of readdirSync(folder)) rmSync(join(folder, old));
for (const [name, text] of schemaFiles()) writeFileSync(join(folder, name), text);
