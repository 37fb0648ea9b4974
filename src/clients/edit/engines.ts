import type { Dialect, EditEngine } from './edit-engine.ts';
import { frontMatter } from './front-matter.ts';
import { jsonc } from './jsonc.ts';
import { script } from './script.ts';
import { toml } from './toml.ts';
import { yaml } from './yaml.ts';

const engines: Readonly<Record<Dialect, EditEngine>> = {
  json: jsonc,
  'json-comments': jsonc,
  jsonc,
  json5: jsonc,
  toml,
  yaml,
  'front-matter': frontMatter,
  script,
};

/** The engine that reads and edits a dialect. */
export function engineFor(dialect: Dialect): EditEngine {
  return engines[dialect];
}
