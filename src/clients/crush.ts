import type { ClientAdapter, Surroundings } from './client.ts';
import { entryCodec } from './entry-shape.ts';
import { inProject, mapFile } from './file-place.ts';
import { below, etcFolder, pathIn, xdgConfig } from './places.ts';

/** Crush. `crushrc` is a script that Crush executes, and its own choice by now: it is reported, and neither read nor written. */
export const crush = {
  id: 'crush',
  title: 'Crush',
  docs: 'https://github.com/charmbracelet/crush',
  docsChecked: '2026-08-18',
  confidence: 'high',
  emptyIsConfiguration: false,
  traces: (surroundings) => [configFolder(surroundings)],
  locations(surroundings) {
    const { project } = surroundings;
    return [
      mapFile(below(configFolder(surroundings), 'crush.json'), 'json', 'user', ['mcp']),
      ...inProject(project, ['crush.json'], 'json', ['mcp']),
      ...inProject(project, ['.crush.json'], 'json', ['mcp']),
      mapFile(below(dataFolder(surroundings), 'crush.json'), 'json', 'user', ['mcp'], { writable: false }),
      ...systemFiles(surroundings).map((path) => mapFile(path, 'json', 'managed', ['mcp'])),
      mapFile(below(configFolder(surroundings), 'crushrc'), 'script', 'user', ['mcp'], { writable: false }),
      ...inProject(project, ['crushrc'], 'script', ['mcp'], { writable: false }),
      ...inProject(project, ['.crushrc'], 'script', ['mcp'], { writable: false }),
    ];
  },
  ...entryCodec({
    cwd: null,
    type: { stdio: ['stdio'], http: ['http'], sse: ['sse'], required: 'always' },
    remoteOnly: ['oauth', 'oauth_client_id', 'oauth_client_secret', 'oauth_callback_port'],
  }),
  switch: { kind: 'member', at: ['disabled'], off: true },
  interpolation: ['dollar', 'braces', 'shell'],
  quirks: [
    '`$(…)` in a value is executed when the file is loaded',
    'servers in a `crushrc` are not listed, because only running it tells what it adds; that there is one is reported',
    'the file in its data folder is rewritten by Crush itself, so it is only read',
  ],
} satisfies ClientAdapter;

/** The variables name folders. */
function configFolder(surroundings: Surroundings): string {
  return pathIn(surroundings.env, 'CRUSH_GLOBAL_CONFIG') ?? below(xdgConfig(surroundings), 'crush');
}

function dataFolder({ places, platform, env }: Surroundings): string {
  const usual = platform === 'win32' ? below(places.appData, 'crush') : below(places.home, '.local', 'share', 'crush');
  return pathIn(env, 'CRUSH_GLOBAL_DATA') ?? usual;
}

/** macOS has the place of Linux; Windows has none. */
function systemFiles(surroundings: Surroundings): readonly string[] {
  if (surroundings.platform === 'win32') return [];
  return [below(etcFolder(surroundings), 'crush', 'crush.json')];
}
