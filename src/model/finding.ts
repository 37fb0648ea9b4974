/** How much a finding weighs before policy has its say, least first. */
export const severities = ['info', 'warn', 'review', 'block'] as const;
export type Severity = (typeof severities)[number];

/**
 * Every finding. Codes are permanent and never reused: they are printed, searched for, and named in policies.
 * `title` is the headline of its page in docs/findings/.
 */
export const findingCodes = {
  'install-script': { severity: 'review', title: 'a package wants to run a script at install' },
  'manifest-confusion': { severity: 'block', title: 'registry record and tarball disagree about the package' },
  'dependency-unpinnable': { severity: 'block', title: 'a dependency comes from git, a URL or a folder' },
  'dependency-without-integrity': { severity: 'review', title: 'the registry serves no SHA-512 for a package' },
  'version-deprecated': { severity: 'warn', title: 'the author marked this version as deprecated' },
  'dependency-deprecated': { severity: 'info', title: 'it loads packages that their authors marked as deprecated' },
  'builder-changed': { severity: 'review', weight: 'red', title: 'somebody else builds it now' },
  'build-changed': { severity: 'review', title: 'it is built another way now' },
  'provenance-lost': { severity: 'review', weight: 'red', title: 'earlier versions showed who built them, this one does not' },
  'trusted-publishing-lost': { severity: 'review', weight: 'red', title: 'it was published in a weaker way than before' },
  'publisher-changed': { severity: 'review', title: 'another account published it' },
  'signature-invalid': { severity: 'block', title: "the registry's signature does not fit" },
  'provenance-invalid': { severity: 'block', title: 'a proof of who stands behind it does not hold' },
  'registry-entry-deprecated': { severity: 'warn', title: 'the registry marks this version as deprecated' },
  'registry-entry-deleted': { severity: 'review', title: 'the registry took this version out' },
  'registry-latest-odd': { severity: 'warn', title: 'the registry calls another version the newest' },
  'registry-namespace-differs': { severity: 'review', title: 'the name in the registry is of somebody else than the repository' },
  'registry-ownership-unproven': { severity: 'review', title: 'nothing in the package shows that it is the one that the registry lists' },
  'registry-ownership-denied': {
    severity: 'block',
    title: 'the package says that it is another server than the one that the registry lists',
  },
  'registry-remote-elsewhere': { severity: 'review', title: 'a remote server is not at the domain of its name' },
  'registry-remote-unproven': { severity: 'info', title: 'nothing shows whose host a listed remote server is' },
  'registry-name-twin': { severity: 'review', title: 'the registry has the same name in other letters' },
  'version-republished': { severity: 'block', title: 'the same version has other bytes now' },
  'latest-moved-back': { severity: 'warn', title: 'the newest version is an older one than was approved' },
  'install-script-appeared': { severity: 'review', title: 'no earlier version had an install script' },
  'bin-appeared': { severity: 'warn', title: 'it brings a program that no earlier version had' },
  'release-after-silence': { severity: 'warn', title: 'the first release after a long silence' },
  'advisory-malicious': { severity: 'block', title: 'an advisory says that it is malicious' },
  'advisory-vulnerable': { severity: 'warn', title: 'an advisory says that it can be attacked' },
  'advisory-overridden': { severity: 'warn', title: 'an advisory that somebody let pass for a time' },
  revoked: { severity: 'block', title: 'a feed that was chosen here, or its own registry, says that it must not run' },
  'feed-unusable': { severity: 'warn', title: 'a revocation feed cannot be used' },
  'package-security-holder': { severity: 'block', title: 'the registry put an empty package in the place of a harmful one' },
  'package-quarantined': { severity: 'block', title: 'the registry keeps the package from being installed' },
  'repository-archived': { severity: 'info', title: 'the source repository is archived' },
  'repository-gone': { severity: 'warn', title: 'the source repository is gone' },
  'not-a-server': { severity: 'warn', title: 'nothing in the package looks like an MCP server' },
  'lookalike-strong': { severity: 'block', title: 'the name can hardly be told from another one' },
  lookalike: { severity: 'review', title: 'the name can be taken for another one' },
  'brand-unproven': { severity: 'info', title: 'the name uses a brand, and nothing shows that the brand is behind it' },
  'credential-to-gateway': { severity: 'review', title: 'a key goes to somebody else than the service that it belongs to' },
  'server-hosted': { severity: 'warn', title: 'what is installed passes on to a server elsewhere' },
  'authorization-invalid': { severity: 'block', title: 'the server sends whoever signs in to a place that must not be used' },
  'authorization-changed': { severity: 'block', title: 'somebody else decides now who may use the server' },
  'authorization-kind-changed': { severity: 'review', title: 'how clients get in to the server is not what was approved' },
  'remote-words-added': { severity: 'review', title: 'a remote server shows more than was approved' },
  'remote-words-changed': { severity: 'block', title: 'a remote server says other words than were approved' },
  'arguments-in-headers': { severity: 'warn', title: 'arguments of a tool are repeated where others can read them' },
  'probe-missing': { severity: 'review', title: 'the server was not started before approval' },
  'probe-failed': { severity: 'review', title: 'the server did not answer in the sandbox' },
  'listing-invalid': { severity: 'block', title: 'the server listed something that cannot be pinned' },
  'listing-varies-by-client': { severity: 'block', title: 'two clients were told different things' },
  'listing-varies-by-era': { severity: 'review', title: 'two protocol eras show different things' },
  'listing-volatile': { severity: 'review', title: 'a field changes between two equal runs' },
  'names-collide': { severity: 'block', title: 'two names look the same' },
  'hidden-characters': { severity: 'block', title: 'text holds invisible or control characters' },
  'text-signal-high': { severity: 'review', title: 'text reads like orders to the model' },
  'text-signal-medium': { severity: 'warn', title: 'text has marks of orders to the model' },
  'text-signal-low': { severity: 'info', title: 'text has something that orders to the model often have' },
  'tool-not-in-code': { severity: 'review', title: 'the running server shows a tool that its code does not name' },
  'tool-not-shown': { severity: 'info', title: 'the code names a tool that the running server did not show' },
  'tool-text-differs': { severity: 'review', title: 'code and running server describe a tool differently' },
  'instructions-differ': { severity: 'review', title: 'code and running server tell the model different things' },
  'manifest-undeclared': { severity: 'review', title: "the server has what its author's manifest does not declare" },
  'manifest-absent': { severity: 'info', title: "the author's manifest declares what is not there" },
  'manifest-differs': { severity: 'review', title: "the author's manifest says something else than the server" },
  'manifest-signed-differs': { severity: 'block', title: 'a signed manifest says something else than the server' },
  'manifest-invalid': { severity: 'review', title: "the author's manifest, or its signature, is wrong" },
  'capability-gained': { severity: 'review', title: 'the new version can do more' },
  'capability-newly-visible': { severity: 'info', title: 'newer rules see more in the same bytes' },
  'words-changed': { severity: 'block', title: 'the package has not changed; its words have' },
  'entry-unguarded': { severity: 'review', title: 'a client starts this server without the guard' },
  'entry-mutable': { severity: 'review', title: 'a client starts whatever the registry serves that day' },
  'entry-drifted': { severity: 'block', title: 'a guarded entry no longer starts the guard as it was written' },
  'entry-secret': { severity: 'warn', title: 'a secret stands in a config file as it is' },
  'entry-duplicate': { severity: 'warn', title: 'one file names a server twice' },
  'pin-missing': { severity: 'block', title: 'a guarded entry has no pin' },
  'pin-unused': { severity: 'info', title: 'no client uses this pin' },
  'pin-grandfathered': { severity: 'warn', title: 'adopted without review' },
  'pin-bytes-not-pinned': { severity: 'warn', title: 'the command is pinned, what it loads is not' },
  'ticket-missing': { severity: 'warn', title: 'the pin was not approved on this machine' },
  'pin-first-use': { severity: 'warn', title: 'pinned from its first real launch' },
  'tree-changed': { severity: 'block', title: 'bytes on disk are not the bytes that were approved' },
  'tree-missing': { severity: 'warn', title: 'the approved bytes are not on this machine' },
  'words-withheld': { severity: 'review', title: 'the running server says something that was not approved' },
  'lock-untrusted': { severity: 'review', title: 'a lock came with this repository and nobody trusted it here' },
  'entry-untrusted': { severity: 'review', title: 'an entry came with this folder and nobody trusted it here' },
  'entry-quarantined': { severity: 'review', title: 'an entry that nobody approved is kept from starting' },
  'entry-hosted': { severity: 'warn', title: 'a hosted server: what it does cannot be verified' },
  'policy-denied': { severity: 'block', title: 'policy does not allow this server' },
  'policy-review': { severity: 'review', title: 'policy wants a person to look at this server' },
  'policy-relaxation-ignored': { severity: 'warn', title: 'a policy tries to loosen a stricter one' },
  'policy-entry-unused': { severity: 'info', title: 'a policy entry matches nothing' },
} as const satisfies Record<string, { severity: Severity; weight?: 'red'; title: string }>;

export type FindingCode = keyof typeof findingCodes;

/** One observation: data, never prose. English for it is made in `report/` only. */
export interface Finding {
  readonly code: FindingCode;
  /** The table's, unless policy changed it. */
  readonly severity: Severity;
  /** What it is about: a package `name@version`, `tools/<name>`, an entry `client:file:name`, a pin's name. */
  readonly subject: string;
  /** Named facts for the sentence; attacker-controlled text is allowed, `report/` prints it through `printable()`. */
  readonly args: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

/** True for a finding that weighs like a red gain: whoever it is about may be somebody else now. */
export function isRed({ code }: Finding): boolean {
  return 'weight' in findingCodes[code];
}

/** A finding with the severity of the table. */
export function finding(code: FindingCode, subject: string, args: Finding['args'] = {}): Finding {
  return { code, severity: findingCodes[code].severity, subject, args };
}
