import type { Host } from '../host/host.ts';
import { isObject } from '../model/json.ts';
import type { EntryValues } from './client.ts';
import { valueAt } from './edit/json-value.ts';
import { openText } from './edit/open-text.ts';
import { readConfig } from './found-config.ts';
import { codecOf, configFiles, type EditTarget } from './locations.ts';

/**
 * The values of one entry as its file holds it now, placeholders not filled in; null when it is gone, or is nothing that
 * the client would start. They hold the user's secrets: for writing into another client's file, and for nothing else.
 */
export async function entryValues(target: EditTarget, host: Host): Promise<EntryValues | null> {
  const found = await rawEntry(target, host);
  return found === null ? null : codecOf(found.file).values(found.raw);
}

/** Names of the members of one entry, as they are written; empty when it is gone or has none. */
export async function entryMembers(target: EditTarget, host: Host): Promise<readonly string[]> {
  const found = await rawEntry(target, host);
  return found !== null && isObject(found.raw) ? Object.keys(found.raw) : [];
}

async function rawEntry(target: EditTarget, host: Host) {
  const files = await configFiles({ client: target.client, project: target.project }, host);
  const file = files.find(({ path }) => path === target.file);
  const config = await readConfig(target.file, host);
  if (file === undefined || config.state !== 'read') return null;
  const raw = valueAt(openText(config.text.text, file.dialect).value, target.rawPath);
  return raw === undefined ? null : { file, raw };
}
