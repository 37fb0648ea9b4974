import type { Finding } from '../model/finding.ts';
import { severities } from '../model/finding.ts';
import type { Check, CheckInput, WordCheck } from './check.ts';
import { continuity } from './continuity.ts';
import { credentialToGateway } from './credential-to-gateway.ts';
import { declaredManifest } from './declared-manifest.ts';
import { hiddenCharacters } from './hidden-characters.ts';
import { installScript } from './install-script.ts';
import { listingDiffers } from './listing-differs.ts';
import { listingInvalid } from './listing-invalid.ts';
import { listingVolatile } from './listing-volatile.ts';
import { lookalike } from './lookalike.ts';
import { namesCollide } from './names-collide.ts';
import { notAServer } from './not-a-server.ts';
import { probe } from './probe.ts';
import { serverHosted } from './server-hosted.ts';
import { staticAndProbed } from './static-and-probed.ts';
import { textSignalsCheck } from './text-signals.ts';

/** The checks that need nothing but what a server declares. */
export const wordChecks: readonly WordCheck[] = [listingInvalid, hiddenCharacters, namesCollide, textSignalsCheck];

/** Every check. Adding one = its file and one line here; test/contract/check.test.ts picks it up. */
export const checks: readonly Check[] = [
  ...wordChecks,
  listingDiffers,
  installScript,
  probe,
  listingVolatile,
  staticAndProbed,
  notAServer,
  lookalike,
  credentialToGateway,
  serverHosted,
  continuity,
  declaredManifest,
];

/** The findings of all checks, most severe first, then by code and subject. */
export function runChecks(input: CheckInput): readonly Finding[] {
  return sortFindings(checks.flatMap((check) => check.run(input)));
}

/** Findings, most severe first, then by code and subject. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  const weight = (found: Finding): number => severities.indexOf(found.severity);
  return findings.toSorted((a, b) => weight(b) - weight(a) || order(a.code, b.code) || order(a.subject, b.subject));
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
