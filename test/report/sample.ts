import { type CapabilityClass, capabilityClasses } from '../../src/model/capability.ts';
import { digestBytes } from '../../src/model/digest.ts';
import type { Disclosure } from '../../src/model/disclosure.ts';
import { finding } from '../../src/model/finding.ts';

/** A disclosure that says `text` wherever somebody else may write a text. */
export function disclosureSaying(text: string, parts: Partial<Disclosure> = {}): Disclosure {
  const tool = {
    name: text,
    title: text,
    description: text,
    inputSchema: { type: 'object', properties: { [text]: { description: text } }, required: [text] },
    annotations: { readOnlyHint: true },
  };
  const listed = { name: text, uri: text, uriTemplate: text, description: text };
  const digest = digestBytes('');
  const pkg = {
    path: `node_modules/${text}`,
    name: text,
    version: text,
    integrity: null,
    bundledIn: null,
    optional: false,
    os: [],
    cpu: [],
    libc: [],
  };
  const evidence = [{ file: text, line: 3, level: 'call-site' as const, through: text, path: [text, text], unread: text }];
  return {
    reference: text,
    artifact: { subject: text, name: text, version: text, integrity: text as never },
    closure: { digest, packages: [pkg] },
    builder: null,
    closureBytes: 1_000,
    publisher: { maintainers: [text], repository: text, firstPublished: text, versions: 3 },
    lookalikes: [
      {
        resemblance: 'typo',
        strength: 'likely',
        target: { ecosystem: 'npm', name: text, vendor: text, publisher: null },
        alternative: text,
        reasons: [text],
      },
    ],
    credentials: [{ variable: `${text}_TOKEN`, hosts: [text], level: 'followed', through: text, where: text }],
    installScripts: [text],
    capabilities: {
      ruleset: 'js-1-x',
      capabilities: (Object.keys(capabilityClasses) as CapabilityClass[]).map((of, index) => ({
        class: of,
        verdict: index % 5 === 4 ? ('cannot-tell' as const) : ('seen' as const),
        reach: (['own', 'closure', 'baseline'] as const)[index % 3] ?? 'own',
        scopes: [text, '*'],
        evidence,
      })),
      environment: [text, `${text}_TOKEN`],
      read: { packages: 1, files: 2 },
    },
    static: {
      tools: [
        {
          name: text,
          title: text,
          description: text,
          parameters: [{ name: text, description: text }],
          annotations: null,
          where: text,
          through: text,
          confidence: 'guessed',
        },
      ],
      prompts: [
        {
          name: text,
          title: null,
          description: text,
          parameters: [],
          annotations: null,
          where: text,
          through: null,
          confidence: 'literal',
        },
      ],
      resources: [],
      instructions: { text, where: text },
      gaps: [text],
    },
    probed: {
      manifest: {
        serverInfo: null,
        instructions: text,
        capabilities: {},
        tools: [tool],
        prompts: [listed],
        resources: [listed],
        resourceTemplates: [listed],
        eras: ['initialize'],
      },
      agentRequests: [text],
      volatile: {},
      resourcePinning: 'exact',
      differences: [],
    },
    probeAbsence: null,
    evidence: [{ source: 'npm-integrity', outcome: 'verified', detail: text }],
    notVerifiable: [text],
    findings: [finding('manifest-confusion', text, { field: text, registry: text, tarball: text }), finding('not-a-server', text)],
    decision: { verdict: 'review', reasons: [text], autoApproved: false },
    launch: { runtime: 'node', bin: text, entry: text, args: [text], cwd: null, envNames: [text] },
    ...parts,
  };
}
