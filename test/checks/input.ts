import type { CheckInput } from '../../src/checks/check.ts';
import { type CapabilityClass, capabilityClasses } from '../../src/model/capability.ts';
import { digestBytes } from '../../src/model/digest.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { Manifest, ProbedManifest, StaticItem } from '../../src/model/manifest.ts';

export const honestTools: readonly JsonObject[] = [
  {
    name: 'read_file',
    description: 'Reads a file 📁 of the allowed folders.\nUse `head` for the first lines.',
    inputSchema: { type: 'object', properties: { path: { type: 'string' } } },
  },
  { name: 'write_file', description: 'Schreibt eine Datei – “überschreibt” sie. 👩‍💻 ✔️ 日本語', inputSchema: { type: 'object' } },
];

export function manifestOf(parts: Partial<Manifest> = {}): Manifest {
  return {
    serverInfo: { name: 'own', version: '1' },
    instructions: null,
    capabilities: {},
    tools: honestTools,
    prompts: [],
    resources: [],
    resourceTemplates: [],
    eras: ['initialize'],
    ...parts,
  };
}

export function probedOf(parts: Partial<Manifest> = {}, more: Partial<ProbedManifest> = {}): ProbedManifest {
  return { manifest: manifestOf(parts), agentRequests: [], volatile: {}, resourcePinning: 'exact', differences: [], ...more };
}

export function staticTool(name: string, description: string | null = null, confidence: StaticItem['confidence'] = 'literal'): StaticItem {
  return { name, title: null, description, parameters: [], annotations: null, where: 'index.js:1', through: null, confidence };
}

/** An honest server that was probed; a test changes the part that it is about. */
export function inputOf(parts: Partial<CheckInput> = {}): CheckInput {
  const capabilities = (Object.keys(capabilityClasses) as CapabilityClass[]).map((of) => ({
    class: of,
    verdict: 'not-seen' as const,
    reach: 'own' as const,
    scopes: [],
    evidence: [],
  }));
  return {
    artifact: { subject: 'pkg:npm/own', name: 'own', version: '1.0.0', integrity: 'sha512-x' },
    closure: { digest: digestBytes(''), packages: [] },
    publisher: { maintainers: ['somebody'], repository: null, firstPublished: '2024-01-01T00:00:00.000Z', versions: 3 },
    lookalikes: [],
    evidence: [],
    builder: null,
    credentials: [],
    launch: { runtime: 'node', bin: 'own', entry: 'node_modules/own/index.js', args: [], cwd: null, envNames: [] },
    installScripts: [],
    capabilities: { ruleset: 'js-1-x', capabilities, environment: [], read: null },
    static: {
      tools: honestTools.map((tool) => staticTool(String(tool['name']), String(tool['description']))),
      prompts: [],
      resources: [],
      instructions: null,
      gaps: [],
    },
    probed: probedOf(),
    probeAbsence: null,
    ...parts,
  };
}
