import type { JsonValue } from '../model/json.ts';
import { utf8 } from './read-optional.ts';

/**
 * The value of a file that only pinfold writes; undefined = damaged. Last-wins for duplicate members is harmless here:
 * every record is checked whole after parsing, and no other program reads it.
 */
export function parseRecord(bytes: Uint8Array): JsonValue | undefined {
  const text = utf8(bytes);
  if (text === null) return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
