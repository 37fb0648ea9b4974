import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import { printable } from '../model/printable.ts';
import { type PublicKey, readSecretKey, type SecretKey } from '../provenance/local-key.ts';
import { readPublicKeys } from '../provenance/public-keys.ts';

/**
 * The secret key in a file; its passphrase, if it has one, is asked for at the terminal and never echoed.
 *
 * @throws GuardError `key-invalid`, `key-locked` (also where nobody can be asked), those of reading
 */
export async function secretKeyIn(path: string, host: Host): Promise<{ readonly key: SecretKey; readonly openSsh: boolean }> {
  const text = await host.files.readText(path, limits.keyMaxBytes);
  const openSsh = text.includes('OPENSSH PRIVATE KEY');
  try {
    return { key: readSecretKey(text, null), openSsh };
  } catch (cause) {
    // What OpenSSH alone can open says so in its hint.
    if (!(cause instanceof GuardError) || cause.code !== 'key-locked' || openSsh) throw cause;
    if (!host.terminal.interactive) {
      throw new GuardError('key-locked', 'the key has a passphrase', { why: 'nobody can be asked for it: this is not a terminal', cause });
    }
    return { key: readSecretKey(text, await host.terminal.askSecret(`passphrase of ${printable(path)}: `)), openSsh };
  }
}

/** The public keys that a file names. @throws GuardError `key-invalid`, those of reading */
export async function publicKeysIn(path: string, host: Host): Promise<readonly PublicKey[]> {
  return readPublicKeys(await host.files.readText(path, limits.declaredMaxBytes));
}
