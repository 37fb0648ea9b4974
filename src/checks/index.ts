import { canonical } from '../model/canonical.ts';
import type { Finding } from '../model/finding.ts';
import { severities } from '../model/finding.ts';
import type { Manifest } from '../model/manifest.ts';
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

const otherChecks: readonly Check[] = [
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

/** Every check. Adding one = its file and one line above; test/contract/check.test.ts picks it up. */
export const checks: readonly Check[] = [...wordChecks, ...otherChecks];

/** The findings of all checks, most severe first, then by code and subject. */
export function runChecks(input: CheckInput): readonly Finding[] {
  return sortFindings([...runWordChecks(input), ...otherChecks.flatMap((check) => check.run(input))]);
}

/** The findings of the checks that look at words alone, those that only other clients are shown among them. */
export function runWordChecks(input: Parameters<WordCheck['run']>[0]): readonly Finding[] {
  const run = (probed: CheckInput['probed']) => wordChecks.flatMap((check) => check.run({ ...input, probed }));
  const found = run(input.probed);
  const known = new Set(found.map((one) => canonical({ ...one })));
  return [
    ...found,
    ...otherWords(input.probed)
      .flatMap(run)
      .filter((one) => !known.has(canonical({ ...one }))),
  ];
}

/** The words that only clients with other capabilities are shown, as manifests of their own: each text is looked at once. */
function otherWords(probed: CheckInput['probed']): readonly NonNullable<CheckInput['probed']>[] {
  if (probed?.views === undefined) return [];
  const { instructions, ...items } = probed.views.own;
  const manifest = (words: Partial<Manifest>) => ({ ...probed.manifest, ...noItems, instructions: null, ...words });
  return [manifest(items), ...instructions.map((text) => manifest({ instructions: text }))].map((one) => ({ ...probed, manifest: one }));
}

const noItems = { tools: [], prompts: [], resources: [], resourceTemplates: [] };

/** Findings, most severe first, then by code and subject. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  const weight = (found: Finding): number => severities.indexOf(found.severity);
  return findings.toSorted((a, b) => weight(b) - weight(a) || order(a.code, b.code) || order(a.subject, b.subject));
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
