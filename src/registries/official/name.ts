/** What a user typed when it is a name of the official registry. */
export interface RegistryName {
  readonly name: string;
  /** null = the newest. */
  readonly version: string | null;
}

/** `io.github.owner/server`, `com.example/server@1.2.3`; null = something else: at least one dot stands before the slash. */
export function registryWord(words: readonly string[]): RegistryName | null {
  const [word = '', ...more] = words;
  const [, name, version] = /^([a-z0-9-]+(?:\.[a-z0-9-]+)+\/[\w.-]+?)(?:@([\w.+-]+))?$/i.exec(word) ?? [];
  return name === undefined || more.length > 0 ? null : { name, version: version ?? null };
}
