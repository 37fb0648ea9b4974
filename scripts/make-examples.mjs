// `npm run examples [-- TEXT …]`: writes docs/examples/*.txt, what `pinfold info` and `pinfold diff` print about real servers
// of the npm registry, at 80 columns; only those whose file name contains a TEXT when some are given. Run by hand.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { neutral, sameLengthName } from './examples/neutral.mjs';
import { throwAwayEnvironment } from './throw-away-environment.mjs';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'docs', 'examples');
const ada = '/home/ada';
const examples = {
  'info-filesystem': ['info', '@modelcontextprotocol/server-filesystem@2026.8.31', '--', `${ada}/notes`],
  'info-everything': ['info', '@modelcontextprotocol/server-everything@2026.8.31'],
  'info-playwright': ['info', '@playwright/mcp@0.0.83'],
  'info-context7': ['info', '@upstash/context7-mcp@4.1.1'],
  'info-notion': ['info', '@notionhq/notion-mcp-server@2.5.2'],
  'info-heroku': ['info', '@heroku/mcp-server@1.2.8'],
  'info-desktop-commander': ['info', '@wonderwhy-er/desktop-commander@0.2.52'],
  'info-kubernetes': ['info', 'mcp-server-kubernetes@4.1.7'],
  'info-mcp-remote': ['info', 'mcp-remote@0.15.1', '--', 'https://example.com/mcp'],
  'info-azure': ['info', '@azure/mcp@2.0.5', '--', 'server', 'start'],
  'info-not-a-server': ['info', 'cowsay@1.6.0'],
  'diff-everything': ['diff', '@modelcontextprotocol/server-everything@2025.9.12', '@modelcontextprotocol/server-everything@2026.8.31'],
  'diff-filesystem': [
    'diff',
    '@modelcontextprotocol/server-filesystem@2025.11.25',
    '@modelcontextprotocol/server-filesystem@2026.8.31',
    '--no-probe',
  ],
  'diff-memory': ['diff', '@modelcontextprotocol/server-memory@2025.11.25', '@modelcontextprotocol/server-memory@2026.8.31'],
  'diff-tavily': ['diff', 'tavily-mcp@0.2.16', 'tavily-mcp@0.2.22'],
  'diff-context7': ['diff', '@upstash/context7-mcp@3.2.5', '@upstash/context7-mcp@4.1.1'],
  'diff-notion': ['diff', '@notionhq/notion-mcp-server@2.2.1', '@notionhq/notion-mcp-server@2.5.2'],
  'diff-kubernetes': ['diff', 'mcp-server-kubernetes@2.9.6', 'mcp-server-kubernetes@4.1.7'],
  'diff-playwright': ['diff', '@playwright/mcp@0.0.73', '@playwright/mcp@0.0.83'],
  'diff-mcp-remote': ['diff', 'mcp-remote@0.1.38', 'mcp-remote@0.15.1'],
  'diff-figma': ['diff', 'figma-developer-mcp@0.6.6', 'figma-developer-mcp@0.13.2'],
};

const asked = process.argv.slice(2);
const names = Object.keys(examples).filter((name) => asked.length === 0 || asked.some((text) => name.includes(text)));
if (names.length === 0) {
  process.stderr.write(`examples: no name contains that; there are ${Object.keys(examples).join(', ')}\n`);
  process.exitCode = 2;
} else if (process.platform === 'win32') {
  process.stderr.write('examples: the home of the examples is a POSIX path; run this on Linux or macOS\n');
  process.exitCode = 2;
} else write(names);

function write(wanted) {
  const home = makeHome();
  try {
    for (const name of wanted) {
      process.stderr.write(`${name}\n`);
      const words = examples[name];
      // The probe binds what an argument names, so the folder has to be there.
      const given = words.map((word) => word.replace(ada, home));
      const done = spawnSync(process.execPath, [join(root, 'bin', 'pinfold.js'), ...given], {
        cwd: home,
        env: environment(home),
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      if (done.status !== 0 && done.status !== 1) {
        process.stderr.write(`${done.stderr}examples: ${name} ended with ${done.status}; its file is left as it is\n`);
        process.exitCode = 3;
        continue;
      }
      const printed = neutral(done.stdout, { home, as: ada, registry: npmSetting('registry') });
      writeFileSync(join(folder, `${name}.txt`), `$ pinfold ${words.join(' ')}\n${printed}`);
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** A home whose path is exactly as long as the one that is shown: lines are broken at 80 columns by what they hold. */
function makeHome() {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const home = sameLengthName(ada, ['/tmp', '/var/tmp', tmpdir()]);
    try {
      mkdirSync(home, { mode: 0o700 });
      mkdirSync(join(home, 'notes'));
      return home;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
  }
  throw new Error('no free name for a throw-away home');
}

function environment(home) {
  return {
    ...throwAwayEnvironment(home, npmSetting('registry')),
    npm_config_userconfig: npmSetting('userconfig'),
    npm_config_cache: npmSetting('cache'),
    NO_COLOR: '1',
  };
}

/** npm is started by the file that started this script where there is one, and by name otherwise. */
function npmSetting(key) {
  const npm = process.env.npm_execpath;
  const [command, args] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  return spawnSync(command, [...args, 'config', 'get', key], { encoding: 'utf8', cwd: root }).stdout.trim();
}
