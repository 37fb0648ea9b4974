import type { Dialect, EditEngine } from './edit-engine.ts';
import { jsonc } from './jsonc.ts';

const engines: Readonly<Record<Dialect, EditEngine>> = { json: jsonc, 'json-comments': jsonc, jsonc };

/** The engine that reads and edits a dialect. */
export function engineFor(dialect: Dialect): EditEngine {
  return engines[dialect];
}
