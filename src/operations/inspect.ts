import { resolve } from 'node:path';
import { parseSaved, type SavedServer } from '../analysis/saved-listing.ts';
import { sortFindings, wordChecks } from '../checks/index.ts';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import type { Finding } from '../model/finding.ts';
import { limits } from '../model/limits.ts';
import { itemKinds, type ProbedManifest } from '../model/manifest.ts';
import type { Inspection } from '../model/results.ts';
import { utf8 } from '../store/read-optional.ts';

/**
 * What the words of a saved listing look like: every check that needs nothing but words, and names that collide between
 * the servers of the file. Reads one file (`-`: standard input), writes nothing, asks nobody.
 *
 * @throws GuardError `usage`, `file-not-found`, `file-unreadable`, `file-too-large`, `json-invalid`.
 */
export async function inspect(typed: string, host: Host): Promise<Inspection> {
  const text = utf8(typed === '-' ? await readInput(host) : await readFile(typed, host));
  if (text === null)
    throw new GuardError('file-unreadable', `cannot read ${nameOf(typed)}`, {
      why: 'it is not UTF-8 text',
      hint: 'save the listing as JSON in UTF-8',
    });
  const { servers, strayLines } = parseSaved(text);
  return {
    source: typed,
    strayLines,
    servers: servers.map((server) => ({
      name: server.name,
      items: counts(server),
      findings: findingsOf(server, servers),
    })),
  };
}

function findingsOf(server: SavedServer, all: readonly SavedServer[]): readonly Finding[] {
  const probed: ProbedManifest = { manifest: server.manifest, agentRequests: [], volatile: {}, resourcePinning: 'exact', differences: [] };
  const elsewhere = all
    .filter((other) => other !== server)
    .map(({ name, manifest }) => ({
      server: name ?? 'another server',
      tools: manifest.tools.flatMap((tool) => (typeof tool['name'] === 'string' ? [tool['name']] : [])),
    }));
  const nothing = { tools: [], prompts: [], resources: [], instructions: null, gaps: [] };
  return sortFindings(wordChecks.flatMap((check) => check.run({ probed, static: nothing, elsewhere })));
}

function counts({ manifest }: SavedServer): Inspection['servers'][number]['items'] {
  const [tools = 0, prompts = 0, resources = 0, resourceTemplates = 0] = itemKinds.map((kind) => manifest[kind].length);
  return { tools, prompts, resources, resourceTemplates };
}

async function readFile(typed: string, host: Host): Promise<Uint8Array> {
  try {
    return await host.files.readBytes(resolve(host.places.cwd, typed), limits.inspectMaxBytes);
  } catch (cause) {
    if (!(cause instanceof GuardError) || cause.code !== 'file-not-found') throw cause;
    const hint = packageLike.test(typed) && !fileLike.test(typed) ? `pinfold info ${typed}` : 'pinfold inspect --help';
    throw new GuardError('file-not-found', `there is no file ${typed}`, {
      why: 'inspect reads a saved listing, not a package',
      hint,
      cause,
    });
  }
}

const fileLike = /\.(?:jsonl?|ndjson|jsonc|txt|log)$/i;
const packageLike = /^(?:(?:npm|pypi):)?(?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w-]*(?:\.[\w-]+)*(?:@[\w.^~-]+)?$/i;

async function readInput(host: Host): Promise<Uint8Array> {
  const { stdin, interactive } = host.terminal;
  if (interactive) {
    throw new GuardError('usage', 'nothing is piped in', {
      why: '`-` reads standard input, and that is a terminal',
      hint: 'pinfold inspect - < tools.json',
    });
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    const part = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array);
    bytes += part.length;
    if (bytes > limits.inspectMaxBytes)
      throw new GuardError('file-too-large', 'standard input is too large', { why: `more than ${limits.inspectMaxBytes} bytes` });
    chunks.push(part);
  }
  return Buffer.concat(chunks);
}

function nameOf(typed: string): string {
  return typed === '-' ? 'standard input' : typed;
}
