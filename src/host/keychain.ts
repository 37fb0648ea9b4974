/** One thing to do in the keychain of the operating system. Accounts are names and no secrets; they are pinfold's own. */
export type KeychainRequest =
  | { readonly kind: 'get' | 'remove'; readonly account: string }
  | { readonly kind: 'set'; readonly account: string; readonly value: string };

export type KeychainAnswer =
  /** Per request, in order: for `get` the value, null = there is none; for the others null. */
  | { readonly state: 'done'; readonly values: readonly (string | null)[] }
  /** This machine, or this session, has no keychain. `why`: lower case, no full stop. */
  | { readonly state: 'none'; readonly why: string }
  /** There is one, and it refused or did not answer in time; what was asked for before may have been done. */
  | { readonly state: 'failed'; readonly why: string };

/** The keychain: macOS Keychain, Windows Credential Manager, the Secret Service of a Linux desktop. */
export interface KeychainPort {
  /** Absolute path of the native module for this platform; null = this installation has none. The launcher takes a copy. */
  readonly module: string | null;
  /** Does all of it, in order, in one process of its own. Never rejects, and never takes longer than `limits.keychainWaitMs`. */
  ask(requests: readonly KeychainRequest[]): Promise<KeychainAnswer>;
}
