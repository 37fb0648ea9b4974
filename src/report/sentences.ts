import { registrySource } from '../model/advisory.ts';
import { type CapabilityClass, capabilityClasses } from '../model/capability.ts';
import type { FindingCode } from '../model/finding.ts';
import { signalWords } from './signals.ts';
import { unpinnedWords } from './unpinned.ts';

/** Why a listing cannot be pinned, where the check found it. */
const listing: Readonly<Record<string, string>> = {
  nameless: 'it has no name, so nothing can be pinned under it',
  twice: 'the name is listed twice',
  'no-canonical-form': 'its JSON has no canonical form, so it has no digest',
};

/**
 * The English of every finding: a sentence from its named facts, which are printable already. An empty sentence means
 * that the code's title says it all. The only place where findings become prose.
 */
export const sentences: Record<FindingCode, (fact: (name: string) => string) => string> = {
  'install-script': () => 'wants to run a script at install; pinfold never runs it',
  'manifest-confusion': (fact) => `the registry says ${fact('field')} is ${fact('registry')}, the tarball says ${fact('tarball')}`,
  'dependency-unpinnable': (fact) => `takes ${fact('dependency')} from outside the registry, with no hash to hold it to`,
  'dependency-without-integrity': (fact) =>
    `the registry serves no SHA-512 for it (${fact('registry')}), so the first download is believed`,
  'version-deprecated': (fact) => `deprecated: ${fact('reason')}`,
  'dependency-deprecated': (fact) => `deprecated by their authors, and loaded: ${fact('packages')}`,
  'builder-changed': (fact) => `${memberWords(fact('member'))} was ${fact('before')} (${fact('since')}), and is ${fact('after')} now`,
  'build-changed': (fact) => `${memberWords(fact('member'))} was ${fact('before')} (${fact('since')}), and is ${fact('after')} now`,
  'provenance-lost': (fact) => `before: ${fact('before')}; now: none`,
  'trusted-publishing-lost': (fact) => `before: ${fact('before')}; now: ${fact('after')}`,
  'publisher-changed': (fact) => `published by ${fact('after')}; earlier versions of this line by ${fact('before')}`,
  'signature-invalid': (fact) => `${fact('why')}; asked was ${fact('registry')}`,
  'provenance-invalid': (fact) => `${fact('source')}: ${fact('why')}`,
  'registry-entry-deprecated': (fact) =>
    `deprecated in the registry: ${fact('version')}${fact('reason') === '' ? '' : ` (${fact('reason')})`}`,
  'registry-entry-deleted': (fact) => `taken out of the registry: ${fact('version')}${fact('reason') === '' ? '' : ` (${fact('reason')})`}`,
  'registry-latest-odd': (fact) => `the registry calls ${fact('said')} the latest; the newest that is there is ${fact('newest')}`,
  'registry-namespace-differs': (fact) => `the name is of ${fact('owner')}, and ${fact('from')} names a repository of ${fact('other')}`,
  'registry-ownership-unproven': (fact) => fact('why'),
  'registry-ownership-denied': (fact) => `its own bytes say so: ${fact('why')}`,
  'registry-remote-elsewhere': (fact) => `it is at ${fact('host')}, and its name is of ${fact('expected')}`,
  'registry-remote-unproven': (fact) => `it is at ${fact('host')}; the name is of an account of GitHub, which says nothing about hosts`,
  'registry-name-twin': (fact) => `also listed: ${fact('twins')}; the two differ only in the case of letters`,
  'version-republished': (fact) => `approved were the bytes ${fact('before')}; the registry now serves ${fact('after')}`,
  'latest-moved-back': (fact) => `\`latest\` is ${fact('after')} now; approved is ${fact('before')}`,
  'install-script-appeared': (fact) => `has one, and none of ${fact('versions')} earlier versions of this line had; pinfold never runs it`,
  'bin-appeared': (fact) => `brings ${fact('after')}; earlier versions brought ${fact('before')}`,
  'release-after-silence': (fact) => `published ${fact('after')}, ${fact('days')} days after ${fact('before')}`,
  'advisory-malicious': (fact) => `${fact('id')}: ${fact('summary') || 'the words of the advisory could not be read'}${advised(fact)}`,
  'advisory-vulnerable': (fact) => `${fact('severity')}: ${fact('ids')}${fact('summary') === '' ? '' : `: ${fact('summary')}`}`,
  'advisory-overridden': (fact) => `${fact('id')} was let pass until ${fact('until')}: ${fact('summary')}`,
  revoked: (fact) =>
    `${fact('id')}: ${fact('summary')}${advised(fact)} (${fact('source') === registrySource ? `the ${registrySource}` : `feed ${fact('source')}`})`,
  'feed-unusable': (fact) => fact('why'),
  'package-security-holder': (fact) =>
    `npm took the package ${fact('name')} away and holds its name: ${fact('version')} is an empty stand-in`,
  'package-quarantined': (fact) => `its index says ${fact('status')}${fact('reason') === '' ? '' : `: ${fact('reason')}`}`,
  'repository-archived': (fact) => `${fact('repository')} is archived: nobody mends anything there`,
  'repository-gone': (fact) => `${fact('repository')} does not exist, or is private now`,
  'not-a-server': () => 'no tool, prompt or resource and no MCP library was found in it',
  'lookalike-strong': (fact) => lookalike(fact),
  lookalike: (fact) => lookalike(fact),
  'brand-unproven': (fact) => `uses the name ${fact('brand')}; listed as ${fact('brand')}'s own: ${fact('target')}`,
  'credential-to-gateway': (fact) =>
    `sends ${fact('variable')} ${fact('level') === 'followed' ? 'to' : 'as it seems to'} ${fact('hosts')}${belongs(fact)}; what happens there cannot be verified (${fact('where')})${instead(fact)}`,
  'server-hosted': (fact) =>
    fact('how') === 'remote'
      ? `runs at ${fact('host')}${fact('vendor') === '' ? '' : `, listed as ${fact('vendor')}'s`}: what it does, and whether it stays as it is, cannot be verified${instead(fact)}`
      : `${fact('how') === 'gateway' ? `its tools run at ${fact('host')}, with the accounts that you connect there` : `passes everything on to ${fact('host') || 'a server that its arguments name'}`}: what it does cannot be verified${instead(fact)}`,
  'authorization-invalid': (fact) => fact('why'),
  'authorization-changed': (fact) => `signing in was approved as ${fact('before')}; now it says ${fact('after')}`,
  'authorization-kind-changed': (fact) => `getting in was approved as: ${fact('before')}; now it is: ${fact('after')}`,
  'remote-words-added': (fact) => `not approved: ${fact('items')}`,
  'remote-words-changed': (fact) => `other words than were approved: ${fact('items')}`,
  'arguments-in-headers': (fact) => `also sent in headers, which proxies read and log: ${fact('arguments')}`,
  'probe-missing': (fact) => `not started before approval: ${fact('detail') || fact('why')}`,
  'probe-failed': (fact) => `did not answer in the sandbox: ${fact('detail')}`,
  'listing-invalid': (fact) => listing[fact('why')] ?? fact('why'),
  'listing-varies-by-client': (fact) => varies(fact, 'client'),
  'listing-varies-by-era': (fact) => varies(fact, 'protocol era'),
  'listing-volatile': (fact) => `${fact('pointers')} changes from run to run; approving leaves it unpinned`,
  'names-collide': (fact) => `these look the same: ${fact('names')}`,
  'hidden-characters': (fact) => `invisible or control characters at ${fact('pointer') || 'the top'}: ${fact('characters')}`,
  'text-signal-high': signalWords,
  'text-signal-medium': signalWords,
  'text-signal-low': signalWords,
  'tool-not-in-code': () => 'the running server shows it, its code does not name it',
  'tool-not-shown': (fact) =>
    `named in the code (${fact('where')}), not shown by the running server${fact('names') === '' ? '' : `: ${fact('names')}`}`,
  'tool-text-differs': (fact) => `${fact('pointer')}: the code says "${fact('code')}", the running server says "${fact('running')}"`,
  'instructions-differ': (fact) => `the code says "${fact('code')}", the running server says "${fact('running')}"`,
  'manifest-undeclared': (fact) =>
    `${fact('class') === '' ? '' : `${phrase(fact('class'))}: `}its author's manifest does not declare ${fact('names') === '' ? 'it' : `these: ${fact('names')}`}${fact('found') === '' ? '' : ` (${fact('found')})`}`,
  'manifest-absent': (fact) => `its author's manifest declares ${fact('names') === '' ? 'it' : `these: ${fact('names')}`}; not found`,
  'manifest-differs': (fact) => `other than its author's manifest says${versus(fact)}`,
  'manifest-signed-differs': (fact) => `other than its author's manifest says, and that is signed${versus(fact)}`,
  'manifest-invalid': (fact) => `it ships a manifest that cannot be taken for its author's: ${fact('why')}`,
  'capability-gained': (fact) => `can now do more: ${fact('phrase')}${fact('scopes') === '' ? '' : ` (${fact('scopes')})`}`,
  'capability-newly-visible': (fact) => `${fact('phrase')}: newer rules see it in the same bytes`,
  'words-changed': (fact) => `the package has not changed; its words have: ${fact('items')}`,
  'entry-unguarded': (fact) => `${fact('client')} ${fact('how')} \`${fact('command')}\` without the guard`,
  'entry-mutable': (fact) => `${fact('client')} runs ${fact('package')}: whatever is served that day`,
  'entry-drifted': (fact) => `the entry starts \`${fact('command')}\`, approved was \`${fact('approved')}\``,
  'entry-duplicate': (fact) => `named twice in ${fact('file')}; the client reads only one of them`,
  'entry-secret': (fact) => `${fact('client')} keeps ${fact('names')} in plain text in ${fact('file')}`,
  'pin-missing': (fact) => `${fact('client')} starts it through the guard, but nothing was approved under this name`,
  'pin-unused': () => 'approved, but no client starts it',
  'pin-grandfathered': () => 'was adopted without review',
  'pin-bytes-not-pinned': (fact) => `bytes not pinned: ${unpinnedWords(fact('reason'))}`,
  'ticket-missing': () => 'its lock is here, but nobody let it count on this machine',
  'pin-first-use': () => 'its words were pinned from its first real launch, not reviewed before',
  'tree-changed': (fact) => `files differ from the approved bytes: ${fact('differences')}`,
  'tree-missing': () => 'its files are not on this machine',
  'words-withheld': (fact) => `withheld and waiting for approval: ${fact('items')}`,
  'lock-untrusted': (fact) =>
    `${fact('lock')} came with this folder; nobody trusted it on this machine${fact('signature') === '' ? '' : `; its signature is ${fact('signature')}`}`,
  'entry-untrusted': (fact) => `came with this folder (${fact('file')}); nobody trusted it on this machine`,
  'entry-quarantined': (fact) => `${fact('change')} in ${fact('client')} without you; it is kept from starting until you decide`,
  'entry-hosted': (fact) =>
    `hosted ${fact('vendor') === '' ? 'elsewhere' : `by ${fact('vendor')}`}: what it does, and whether it stays as it is, cannot be verified${instead(fact)}`,
  'policy-denied': (fact) => fact('reason'),
  'policy-review': (fact) => fact('reason'),
  'policy-relaxation-ignored': (fact) =>
    `\`${fact('member')}: ${fact('value')}\` would loosen the ${fact('stricter')} policy; ignored (${fact('file')})`,
  'policy-entry-unused': (fact) => `matches no server here: ${fact('reason')} (${fact('file')})`,
};

/** By what a record was matched, where it is not the version. */
function advised(fact: (name: string) => string): string {
  return { hash: '; these very bytes', origin: '; this origin', 'registry-name': '; by its name in the registry' }[fact('matched')] ?? '';
}

function phrase(of: string): string {
  return Object.hasOwn(capabilityClasses, of) ? capabilityClasses[of as CapabilityClass].phrase : of;
}

function versus(fact: (name: string) => string): string {
  if (fact('names') !== '') return `: ${fact('names')}`;
  return fact('declared') === '' ? '' : `: \`${fact('declared')}\`, it is \`${fact('found')}\``;
}

function varies(fact: (name: string) => string, between: string): string {
  if (fact('missing') !== '') return `one ${between} is shown it, the other is not`;
  return `one ${between} is told "${fact('left')}", the other "${fact('right')}"`;
}

/** Both names side by side, with what is known of each. */
function lookalike(fact: (name: string) => string): string {
  return `did you mean ${fact('target')} (${fact('theirs')})? this one: ${fact('ours')}; ${fact('how')}${instead(fact)}`;
}

function belongs(fact: (name: string) => string): string {
  return fact('brand') === '' ? '' : `, which is not ${fact('brand')}`;
}

/** "Listed", because the table of vendors is somebody's word, and not a proof. */
function instead(fact: (name: string) => string): string {
  return fact('alternative') === '' ? '' : `; listed as official: ${fact('alternative')}`;
}

const members: Readonly<Record<string, string>> = {
  issuer: 'who vouches for the build',
  repositoryId: 'the repository',
  repository: 'the repository',
  ownerId: "the repository's owner",
  workflow: 'the workflow',
  runner: 'the machine that builds',
};

/** What a member of a builder's identity is. */
export function memberWords(member: string): string {
  return members[member] ?? member;
}
