import { createPublicKey } from 'node:crypto';
import { validRange } from 'semver';
import { z } from 'zod';
import { gainTiers } from '../model/capability.ts';
import { limits } from '../model/limits.ts';
import { isSandboxHost } from '../model/sandbox-profile.ts';
import { parseSubject } from './subject.ts';

const sentence = z.string().trim().min(1, 'must say something').max(2_000);

const subject = z
  .string()
  .refine(
    (text) => parseSubject(text) !== null,
    'not a subject: write `pkg:npm/name`, `pkg:npm/%40scope/name`, `pkg:npm/%40scope/*` or `https://host`, without a version',
  );

const versions = z
  .string()
  .min(1)
  .refine((text) => validRange(text) !== null, 'not a range of versions, for example `<2.1.0` or `1.2.3 - 1.4.0`');

const text = z.string().min(1).max(2_000);

/** Compared letter by letter with a verified certificate. No patterns: an issuer that only begins alike is another one. */
const builder = z
  .strictObject({
    issuer: text.optional().describe('OIDC issuer, for example https://token.actions.githubusercontent.com'),
    repository: text.optional().describe('https://host/owner/name, as the certificate writes it'),
    repositoryId: text.optional().describe('Survives renames, and shows a name that was taken over'),
    ownerId: text.optional(),
    workflow: text.optional().describe('Path in the repository, for example .github/workflows/release.yml'),
    runner: text.optional().describe('github-hosted or self-hosted'),
  })
  .refine((one) => Object.keys(one).length > 0, 'must name at least one member');

const allowEntry = z.strictObject({
  subject: subject.describe('Whom this is about: a package URL without version, an npm scope as pkg:npm/%40scope/*, or an origin'),
  versions: versions.optional().describe('Semver range; absent = every version. Pre-releases only where the range names one'),
  builder: builder.optional().describe('Only what was verifiably built by this identity; absent = whoever built it'),
  reason: sentence.describe('Why; printed where the entry decides'),
});

const feedEntry = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, 'a name has lower-case letters, digits, dots and hyphens, and at most 64 of them')
      .describe('The name that the feed gives itself; a feed of another name is refused'),
    url: z
      .string()
      .refine((text) => URL.canParse(text) && /^(https|file):$/.test(new URL(text).protocol), 'not an https or file URL')
      .describe('Folder of the feed, or the address of its feed.json'),
    key: z.string().min(1).max(10_000).optional().describe('Public key: an SSH line or PEM text'),
    identity: z
      .strictObject({ issuer: z.string().min(1), subject: z.string().min(1) })
      .optional()
      .describe('Who signs it with sigstore; compared exactly'),
    required: z.boolean().optional().describe('Without it nothing is approved'),
  })
  .refine(({ key, identity }) => (key === undefined) !== (identity === undefined), 'a feed has a `key` or an `identity`');

/** Who may sign a project's lock in the place of a person here. Compared letter by letter, like builders. */
const lockSigner = z
  .strictObject({
    key: z.string().min(1).max(10_000).optional().describe('Public key: an SSH line or PEM text'),
    identity: z
      .strictObject({
        issuer: text.describe('OIDC issuer, for example https://token.actions.githubusercontent.com'),
        subject: text.describe('Of the certificate: the workflow that signs, with its ref'),
        repository: text.optional(),
        repositoryId: text.optional().describe('Survives renames, and shows a name that was taken over'),
        ownerId: text.optional(),
        workflow: text.optional(),
        runner: text.optional(),
      })
      .optional()
      .describe('Who signs with sigstore; every member is compared exactly'),
    reason: sentence.describe('Why; printed where the signature decides'),
  })
  .refine(({ key, identity }) => (key === undefined) !== (identity === undefined), 'a signer has a `key` or an `identity`');

/** A key of one registry. */
const registryKey = z.strictObject({
  registry: z
    .string()
    .regex(/^[a-z0-9.-]+(?::\d{1,5})?$/, 'not the host of a registry, in lower case: `npm.example.com` or `npm.example.com:8443`')
    .describe('Host of the npm registry that signs with it, with its port where it has one'),
  keyid: z.string().min(1).max(200).describe('As the registry writes it in `dist.signatures`; compared letter by letter'),
  key: z
    .string()
    .max(2_000)
    .refine(isPublicKey, 'not a public key: base64 of its SubjectPublicKeyInfo, as `-/npm/v1/keys` has it')
    .describe('Base64 of the SubjectPublicKeyInfo'),
});

function isPublicKey(text: string): boolean {
  try {
    const spki = Buffer.from(text, 'base64');
    return spki.toString('base64') === text && createPublicKey({ key: spki, format: 'der', type: 'spki' }).asymmetricKeyType === 'ec';
  } catch {
    return false;
  }
}

const denyEntry = z.strictObject({
  subject,
  versions: versions.optional().describe('Semver range, pre-releases included; absent = every version'),
  reason: sentence.describe('Why; printed on every block'),
  useInstead: sentence.optional().describe('What to use instead; printed on every block'),
});

/** `policy.json`, version 1. Strict: a member that this version does not know is an error. docs/policy.md */
export const policySchema = z.strictObject({
  version: z.literal(1),
  mode: z.enum(['block', 'warn', 'observe']).optional().describe('What the gate does with what is not pinned'),
  autoApprove: z
    .enum(gainTiers)
    .optional()
    .describe('The highest gain that this policy itself approves; none = a person approves everything'),
  sandbox: z.enum(['required']).optional().describe('Servers are only started in a sandbox'),
  advisories: z.enum(['required']).optional().describe('Nothing is approved while nobody can say whether there are advisories'),
  feeds: z.array(feedEntry).max(50).optional().describe('Revocation feeds; those of every policy count'),
  lockSigners: z
    .array(lockSigner)
    .max(limits.lockMaxSigners)
    .optional()
    .describe("Whose signature lets a project's lock count on this machine; none = a person decides. A project names nobody"),
  npmKeys: z.array(registryKey).max(50).optional().describe('Keys with which npm registries sign; of a named registry no other key counts'),
  elicitationHosts: z
    .array(z.string().refine(isSandboxHost, 'not a host like `accounts.example.com` or `*.example.com`'))
    .optional()
    .describe('Hosts to which a server may ask a person to go; an empty list = none, no list = any over https'),
  provenance: z.enum(['required']).optional().describe('Only servers with verified provenance, which says who built them'),
  noMatch: z.enum(['allow', 'review', 'deny']).optional().describe('What becomes of a server that no allow entry names'),
  allow: z.array(allowEntry).optional().describe('An empty list allows nobody; no list asks nobody'),
  deny: z.array(denyEntry).optional().describe('Always wins'),
  message: sentence.optional().describe('Printed on every block: whom to ask'),
});

/** One revocation feed as a policy names it. */
export type FeedEntry = z.infer<typeof feedEntry>;

/** One signer of project locks as a policy names it. */
export type LockSignerEntry = z.infer<typeof lockSigner>;

/** One key of a registry as a policy names it. */
export type RegistryKeyEntry = z.infer<typeof registryKey>;

/** A policy as it is written. */
export type Policy = z.infer<typeof policySchema>;
