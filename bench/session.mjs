import { spawn } from 'node:child_process';

/** Starts a server and speaks JSON-RPC with it, one line per message. `startedMs` counts from the spawn to the answer to `initialize`. */
export async function openSession([command, ...args], { env, cwd }) {
  const begin = performance.now();
  const child = spawn(command, args, { env, cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  const waiting = new Map();
  let parts = [];
  let said = '';
  let number = 0;
  child.stderr.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-2_000);
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.once('error', (cause) => fail(cause));
  void ended.then(() => fail(new Error(`${command} ${args.join(' ')} ended: ${said}`)));
  child.stdin.on('error', () => undefined);
  child.stdout.on('data', (chunk) => {
    let rest = chunk;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      take(Buffer.concat([...parts, rest.subarray(0, end)]));
      parts = [];
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) parts.push(rest);
  });

  function fail(cause) {
    for (const { reject } of waiting.values()) reject(cause);
    waiting.clear();
  }

  function take(line) {
    // A megabyte is not parsed here: that would be measured too.
    const head = line.length > 100_000 ? `${line.subarray(0, 80)}${line.subarray(-80)}` : `${line}`;
    const id = Number(/"id":(\d+)/.exec(head)?.[1] ?? -1);
    const isAnswer = /"(?:result|error)":/.test(head);
    const request = isAnswer ? waiting.get(id) : undefined;
    waiting.delete(isAnswer ? id : -1);
    request?.resolve(line);
  }

  function request(method, params = {}) {
    number += 1;
    const id = number;
    const answer = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    return answer;
  }

  await request('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'pinfold-bench', version: '1.0.0' } });
  const startedMs = performance.now() - begin;
  return {
    startedMs,
    pid: child.pid,
    request,
    notify: (method) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method })}\n`),
    async close() {
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(timer);
    },
  };
}
