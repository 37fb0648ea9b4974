import type { PackageFile } from '../model/artifact.ts';

const sourceName = /\.[cm]?[jt]s$/;
const reading = /\bprocess\s*\.\s*env\s*(?:\.\s*|\[\s*['"`])([A-Z][A-Z0-9_]{1,63})/g;
const secretWord = /(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASS|CREDENTIALS?|PAT|DSN)(?:_|$)|APIKEY/;
/** A file that reads more names than any honest server is not asked about further ones. */
const maxNames = 64;

/**
 * Names of environment variables that the files read and that sound like secrets, sorted. A probe gives each a dummy
 * value: many servers end at once without their key, and would show nothing. Names are attacker-controlled, and match
 * `[A-Z][A-Z0-9_]*`.
 */
export function mentionedSecrets(files: readonly PackageFile[]): readonly string[] {
  const names = new Set<string>();
  const decoder = new TextDecoder();
  for (const file of files) {
    if (!sourceName.test(file.path)) continue;
    for (const [, name = ''] of decoder.decode(file.bytes).matchAll(reading)) {
      if (names.size < maxNames && secretWord.test(name)) names.add(name);
    }
  }
  return [...names].sort();
}

/** True for a variable name that sounds like a secret. */
export function soundsSecret(name: string): boolean {
  return secretWord.test(name);
}
