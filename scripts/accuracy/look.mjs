import { spawn } from 'node:child_process';
import { join } from 'node:path';

const pinfold = join(import.meta.dirname, '..', '..', 'bin', 'pinfold.js');

/**
 * What the built command says about one server: `{info}`, or `{why}` where it could not be had (no network, no such
 * version, more than `timeoutMs`). Its downloads go where those of every `pinfold info` go.
 */
export function look(label, { probe = false, timeoutMs = 600_000 } = {}) {
  const given = label.args.length === 0 ? [] : ['--', ...label.args];
  const args = [pinfold, 'info', label.server, '--json', ...(probe ? [] : ['--no-probe']), ...given];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const out = [];
    const err = [];
    child.stdout.on('data', (chunk) => out.push(chunk));
    child.stderr.on('data', (chunk) => err.push(chunk));
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (signal !== null) resolve({ why: `stopped after ${timeoutMs / 1000} s` });
      // A finding that blocks is exit 1, and a whole answer all the same.
      else if (code !== 0 && code !== 1) resolve({ why: `exit ${code}: ${lastLine(Buffer.concat(err))}` });
      else resolve(parsed(Buffer.concat(out)));
    });
  });
}

function parsed(bytes) {
  try {
    return { info: JSON.parse(bytes.toString('utf8')) };
  } catch {
    return { why: 'the answer is no JSON' };
  }
}

function lastLine(bytes) {
  const lines = bytes.toString('utf8').trim().split('\n');
  return lines.find((line) => line.startsWith('error:')) ?? lines.at(-1) ?? '';
}
