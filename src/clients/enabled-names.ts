import type { JsonObject } from '../model/json.ts';
import type { TextPath } from './edit/editable-text.ts';
import { valueAt } from './edit/json-value.ts';

/** True where the document has no list of the servers that may run, or the entry's name is on it. */
export function isListed(document: JsonObject, list: TextPath, rawPath: TextPath): boolean {
  const names = valueAt(document, list);
  return !Array.isArray(names) || names.includes(String(rawPath.at(-1)));
}
