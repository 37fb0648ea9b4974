import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import type { JsonValue } from '../model/json.ts';
import { readBackup } from './backups.ts';
import { decodeConfig, encodeConfig } from './config-text.ts';
import { valueAt } from './edit/json-value.ts';
import { openText } from './edit/open-text.ts';
import { type ConfigFile, configFiles } from './locations.ts';
import type { PlannedEdit } from './plan-edit.ts';

/**
 * What a removal leaves of its file: the planned bytes, or those from before pinfold touched it for the first time where
 * the two differ in nothing but the maps that pinfold had to make for its entry. null = pinfold made the file, and nothing
 * else is in it now: it goes.
 */
export async function leavingNoTrace(edit: PlannedEdit, host: Host): Promise<Uint8Array | null> {
  const backup = await readBackup(edit.path, 'first', host).catch((cause: unknown) => {
    // A damaged backup is nothing to compare with; the planned bytes are right all the same.
    if (cause instanceof GuardError) return null;
    throw cause;
  });
  const { client, project, file } = edit.target;
  const config = (await configFiles({ client, project }, host)).find(({ path }) => path === file);
  if (backup === null || config === undefined) return edit.after;
  for (const bytes of withoutEmptyMaps(edit, config)) {
    if (backup.bytes === null ? isNothing(bytes, config) : Buffer.compare(bytes, backup.bytes) === 0) return backup.bytes;
  }
  return edit.after;
}

/** The bytes without the map that held the entry, then without the map around that, and so on, as long as they are empty. */
function* withoutEmptyMaps({ after, entries }: PlannedEdit, { dialect }: ConfigFile): Generator<Uint8Array> {
  const config = decodeConfig(after);
  let now = openText(config.text, dialect);
  yield after;
  for (const { target } of entries) {
    for (let depth = target.rawPath.length - 1; depth > 0; depth -= 1) {
      const path = target.rawPath.slice(0, depth);
      const held = valueAt(now.value, path);
      if (held === undefined) continue;
      if (!isEmpty(held)) break;
      now = now.remove(path);
      yield encodeConfig(now.text, config);
    }
  }
}

function isNothing(bytes: Uint8Array, { dialect }: ConfigFile): boolean {
  const { text } = decodeConfig(bytes);
  // A comment is something that somebody wrote.
  return /^\s*(?:\{\s*\}\s*)?$/.test(text) && openText(text, dialect).problems.length === 0;
}

function isEmpty(value: JsonValue): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
