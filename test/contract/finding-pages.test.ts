import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findingCodes, severities } from '../../src/model/finding.ts';

const folder = join(import.meta.dirname, '..', '..', 'docs', 'findings');
const codes = Object.keys(findingCodes).sort();

test.each(Object.entries(findingCodes))('%s has a page that says what it is, why, and what to do', (code, { severity, title }) => {
  const page = readFileSync(join(folder, `${code}.md`), 'utf8');
  expect(page.split('\n')[0]).toBe(`# ${code}: ${title}`);
  expect(page).toContain(`Default severity: \`${severity}\``);
  for (const heading of ['## What it means', '## Why it matters', '## What to do']) expect(page).toContain(heading);
  expect(page.trimEnd().split('\n').length).toBeLessThanOrEqual(25);
  expect(severities).toContain(severity);
});

test('no page is about a code that does not exist', () => {
  const pages = readdirSync(folder).filter((file) => file !== 'SOURCE.md');
  expect(pages.sort()).toEqual(codes.map((code) => `${code}.md`).sort());
});

test('codes are permanent: none goes, and a new one is added here on purpose', () => {
  expect(codes).toMatchInlineSnapshot(`
    [
      "advisory-malicious",
      "advisory-overridden",
      "advisory-vulnerable",
      "arguments-in-headers",
      "authorization-changed",
      "authorization-invalid",
      "authorization-kind-changed",
      "bin-appeared",
      "brand-unproven",
      "build-changed",
      "builder-changed",
      "capability-gained",
      "capability-newly-visible",
      "credential-to-gateway",
      "dependency-deprecated",
      "dependency-unpinnable",
      "dependency-without-integrity",
      "entry-drifted",
      "entry-duplicate",
      "entry-hosted",
      "entry-mutable",
      "entry-quarantined",
      "entry-secret",
      "entry-unguarded",
      "entry-untrusted",
      "feed-unusable",
      "hidden-characters",
      "install-script",
      "install-script-appeared",
      "instructions-differ",
      "latest-moved-back",
      "listing-invalid",
      "listing-varies-by-client",
      "listing-varies-by-era",
      "listing-volatile",
      "lock-untrusted",
      "lookalike",
      "lookalike-strong",
      "manifest-absent",
      "manifest-confusion",
      "manifest-differs",
      "manifest-invalid",
      "manifest-signed-differs",
      "manifest-undeclared",
      "names-collide",
      "not-a-server",
      "package-quarantined",
      "package-security-holder",
      "pin-bytes-not-pinned",
      "pin-first-use",
      "pin-grandfathered",
      "pin-missing",
      "pin-unused",
      "policy-denied",
      "policy-entry-unused",
      "policy-relaxation-ignored",
      "policy-review",
      "probe-failed",
      "probe-missing",
      "provenance-invalid",
      "provenance-lost",
      "publisher-changed",
      "registry-entry-deleted",
      "registry-entry-deprecated",
      "registry-latest-odd",
      "registry-name-twin",
      "registry-namespace-differs",
      "registry-ownership-denied",
      "registry-ownership-unproven",
      "registry-remote-elsewhere",
      "registry-remote-unproven",
      "release-after-silence",
      "remote-words-added",
      "remote-words-changed",
      "repository-archived",
      "repository-gone",
      "revoked",
      "server-hosted",
      "signature-invalid",
      "text-signal-high",
      "text-signal-low",
      "text-signal-medium",
      "ticket-missing",
      "tool-not-in-code",
      "tool-not-shown",
      "tool-text-differs",
      "tree-changed",
      "tree-missing",
      "trusted-publishing-lost",
      "version-deprecated",
      "version-republished",
      "words-changed",
      "words-withheld",
    ]
  `);
});
