import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Child, Host } from '../../src/host/host.ts';
import { temporaryHost } from '../support/home.ts';

const wire = pathToFileURL(join(import.meta.dirname, '..', '..', 'dist', 'workers', 'wire.js')).href;

/** A worker that does what the text of a file says: hang, crash, lie, or else return that text. */
const obedient = `import { writeSync } from 'node:fs';
import { requestReader } from '${wire}';
const say = (line) => process.stdout.write(line + '\\n');
const read = requestReader();
process.stdin.on('data', (chunk) => {
  for (const { id, files } of read(chunk)) {
    const text = Buffer.from(files[0].bytes).toString();
    if (text === 'hang') for (;;);
    else if (text === 'crash') process.kill(process.pid, 'SIGSEGV');
    else if (text === 'exit') process.exit(0);
    else if (text === 'nonsense') say('{"id":');
    else if (text === 'another') say(JSON.stringify({ id: id + 1, answer: 'not asked' }));
    else if (text === 'twice') say(JSON.stringify({ id, answer: text }) + '\\n' + JSON.stringify({ id, answer: 'again' }));
    else if (text === 'endless') for (;;) flood();
    else if (text === 'too-large') say(JSON.stringify({ id, tooLarge: true }));
    else if (text === 'environment') say(JSON.stringify({ id, answer: Object.keys(process.env) }));
    else say(JSON.stringify({ id, answer: text }));
  }
});
say('{"ready":true}');
function flood() {
  try {
    writeSync(1, 'x'.repeat(60_000));
  } catch {} // the pipe is full for now
}
`;

/** A host whose workers run this program (default: an obedient one), and every process that was started on it. */
export function workerHost(program: string = obedient): { readonly host: Host; readonly started: readonly Child[] } {
  const host = temporaryHost({ env: { CANARY_TOKEN: 'canary' } });
  const installation = join(host.places.home, 'installation');
  mkdirSync(join(installation, 'dist'), { recursive: true });
  writeFileSync(join(installation, 'dist', 'analysis-worker.mjs'), program);
  return watched({ ...host, machine: { ...host.machine, cores: 2, installation } });
}

/** The same host, and every process that is started on it. */
export function watched(host: Host): { readonly host: Host; readonly started: readonly Child[] } {
  const started: Child[] = [];
  const spawn: Host['processes']['spawn'] = async (...given) => {
    const child = await host.processes.spawn(...given);
    started.push(child);
    return child;
  };
  return { host: { ...host, processes: { ...host.processes, spawn } }, started };
}
