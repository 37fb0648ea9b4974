/**
 * How sure it is that a value goes to a host: `followed` from the variable to the call that names the host; `same-file` or
 * `same-package`: the key is read and the hosts are named there, and what goes where could not be followed.
 */
export const credentialLevels = ['followed', 'same-file', 'same-package'] as const;
export type CredentialLevel = (typeof credentialLevels)[number];

/** One key that the server's own code takes from the environment, and where it goes. Attacker-controlled text. */
export interface CredentialUse {
  /** The variable's name; `*` = the whole environment. */
  readonly variable: string;
  /** Sorted; `*` = made at run time; empty = no host is known. Below `followed`: one of these, or none. */
  readonly hosts: readonly string[];
  readonly level: CredentialLevel;
  /** Package that the value is handed to, without a host of the server's own choice; null = none. */
  readonly through: string | null;
  /** `file:line` inside the package. */
  readonly where: string;
}
