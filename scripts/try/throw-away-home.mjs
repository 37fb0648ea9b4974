import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'jsonc-parser';
import { throwAwayEnvironment } from '../throw-away-environment.mjs';
import { command } from './say.mjs';

const project = join(import.meta.dirname, '..', '..');

/** A home folder with two client configs, and how to run pinfold in it. */
export function throwAwayHome(root, fixtureRegistry) {
  const env = {
    ...throwAwayEnvironment(root, fixtureRegistry),
    npm_config_userconfig: npmSetting('userconfig'),
    npm_config_cache: npmSetting('cache'),
  };
  const claudeConfig = join(claudeFolder(root, env), 'claude_desktop_config.json');
  const cursorConfig = join(root, '.cursor', 'mcp.json');
  write(claudeConfig, '{\n  "globalShortcut": "Ctrl+Space",\n  "mcpServers": {}\n}\n');
  write(
    cursorConfig,
    `{
  // my servers; the weather one is only for the demo
  "mcpServers": {
    "weather": { "command": "npx", "args": ["-y", "some-weather-server"], "env": { "WEATHER_KEY": "not-a-real-key" } }, // keep
    "clock": { "command": "uvx", "args": ["mcp-server-time", "--local-timezone", "Europe/Oslo"] },
  }
}
`,
  );
  return {
    env,
    cursorConfig,
    read: (file) => readFileSync(file, 'utf8'),
    entry: (name) => parse(readFileSync(cursorConfig, 'utf8')).mcpServers[name],
    approveNothing: () => rmSync(policyFile(root, env)),
    approveEverything() {
      const policy = { version: 1, noMatch: 'allow', autoApprove: 'red' };
      write(policyFile(root, env), `${JSON.stringify(policy, null, 2)}\n`);
    },
    /** Runs pinfold and shows what it prints: all of it, from a line that starts with `from` on, or nothing (`quiet`). */
    async pinfold(words, { mayFail = false, quiet = false, from = null } = {}) {
      command(words);
      const { status, stdout, stderr } = await run([join(project, 'bin', 'pinfold.js'), ...words], { env, cwd: root });
      if (status !== 0 && !mayFail) throw new Error(`pinfold ${words[0]} ended with ${status}\n${stderr}`);
      const lines = `${stderr}${stdout}`.split('\n');
      const start =
        from === null
          ? 0
          : Math.max(
              0,
              lines.findIndex((line) => line.startsWith(from)),
            );
      if (!quiet) process.stdout.write(`${start > 0 ? '[…]\n\n' : ''}${lines.slice(start).join('\n')}`);
      process.stdout.write(`(exit ${status})\n`);
    },
  };
}

function npmSetting(name) {
  const done = spawnSync('npm', ['config', 'get', name], { encoding: 'utf8', cwd: project, shell: process.platform === 'win32' });
  return done.stdout.trim();
}

function claudeFolder(root, env) {
  if (process.platform === 'darwin') return join(root, 'Library', 'Application Support', 'Claude');
  return process.platform === 'win32' ? join(env.APPDATA, 'Claude') : join(root, '.config', 'Claude');
}

function policyFile(root, env) {
  if (process.platform === 'darwin') return join(root, 'Library', 'Application Support', 'pinfold', 'policy.json');
  return join(process.platform === 'win32' ? env.APPDATA : join(root, '.config'), 'pinfold', 'policy.json');
}

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Not the synchronous way: the registry of the story lives in this process and has to answer meanwhile. */
function run(args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ status: code ?? signal, stdout, stderr: withoutProgress(stderr) }));
  });
}

/** The progress lines of a long step are for somebody who waits at the terminal. */
function withoutProgress(text) {
  return text.replace(/^(?:resolving|reading|starting the server|laying out|checking|fetching|hashing) .*\n/gm, '');
}
