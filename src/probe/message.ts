import { isUtf8 } from 'node:buffer';
import { GuardError } from '../model/errors.ts';
import { isObject, type JsonObject } from '../model/json.ts';
import { parseStrict } from '../model/strict-json.ts';

/**
 * The message in one line of a server's stdout; null = a stray line (a banner, a log), which clients skip.
 * JSON that two parsers may read differently is not stray.
 *
 * @throws GuardError `listing-invalid` for duplicate members, lone surrogates, too deep nesting, invalid UTF-8 in JSON.
 */
export function parseMessage(line: Buffer): JsonObject | null {
  const text = line.toString('utf8').trim();
  if (!text.startsWith('{')) return null;
  let why: string | undefined = 'it is not valid UTF-8';
  if (isUtf8(line)) {
    try {
      const value = parseStrict(text);
      return isObject(value) ? value : null;
    } catch (cause) {
      if (!isJson(text)) return null;
      why = cause instanceof GuardError ? cause.why : 'it cannot be read';
    }
  } else if (!isJson(text)) return null;
  throw new GuardError('listing-invalid', 'the server sent JSON that cannot be trusted', { ...(why === undefined ? {} : { why }) });
}

/** True when an ordinary client would take the text for a message. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
