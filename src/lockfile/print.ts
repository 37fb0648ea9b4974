import type { JsonValue } from '../model/json.ts';
import type { Lock } from './lock.ts';
import { printJson } from './print-json.ts';

/** The one text of a lock: equal locks give equal bytes. */
export function printLock(lock: Lock): string {
  return printJson(lock as unknown as JsonValue);
}
