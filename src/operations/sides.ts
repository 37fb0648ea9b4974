import type { ServerSide } from '../analysis/diff/server.ts';
import type { Host } from '../host/host.ts';
import type { ReadableManifest } from '../lockfile/manifest-file.ts';
import { exampleOf } from '../model/filled.ts';
import type { ProbedManifest } from '../model/manifest.ts';
import type { TreePin } from '../model/pin.ts';
import type { NpmReference } from '../model/reference.ts';
import { type Surroundings, toTemplate } from '../model/surroundings.ts';
import { type Disclosed, disclose } from './disclose.ts';
import type { Progress } from './progress.ts';

/** A freshly disclosed version as one side of a comparison; its words in template form. */
export function sideOf(disclosed: Disclosed): ServerSide {
  const { probeResult } = disclosed;
  const words = probeResult === null ? null : templateWords(probeResult.probed, probeResult.surroundings);
  return { ...codeSide(disclosed), words };
}

/**
 * A pin as one side: its bytes are analysed again with today's rules, so that a newer rule is never taken for a gain;
 * its words are those that were approved.
 */
export async function pinnedSide(pin: TreePin, words: ReadableManifest | null, host: Host, progress: Progress): Promise<ServerSide> {
  const disclosed = await disclose(
    { reference: referenceOf(pin, host), typed: pin.artifact.subject, probe: 'none', envNames: [] },
    host,
    progress,
  );
  return { ...codeSide(disclosed), words };
}

/** The reference that resolves to exactly what a pin pins, with the server's own arguments filled in for this machine; what only a client's entry holds by an example. */
export function referenceOf(pin: TreePin, host: Host): NpmReference {
  const home: Surroundings = { home: host.places.home };
  const { name, version } = pin.artifact;
  return {
    source: 'npm',
    name,
    spec: version,
    specKind: 'exact',
    bin: pin.launch.bin,
    serverArgs: pin.launch.args.map((word) => exampleOf(word, home)),
  };
}

function codeSide({ facts, declared }: Disclosed): Omit<ServerSide, 'words'> {
  const { artifact, capabilities, closure, installScripts, evidence, builder, launch } = facts;
  return {
    label: `${artifact.name}@${artifact.version}`,
    capabilities: { ruleset: capabilities.ruleset, classes: capabilities.capabilities },
    code: facts.static,
    closure,
    installScripts,
    environment: capabilities.environment,
    arguments: launch.args,
    ...declared,
    evidence,
    builder,
  };
}

function templateWords({ manifest, views }: ProbedManifest, surroundings: Surroundings): NonNullable<ServerSide['words']> {
  const { tools, prompts, resources, resourceTemplates, instructions } = manifest;
  const words = toTemplate({ tools, prompts, resources, resourceTemplates, instructions }, surroundings);
  return views === undefined ? words : { ...words, views: views.own };
}
