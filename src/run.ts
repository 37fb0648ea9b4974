import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Places } from './host/host.ts';
import { nodeHost } from './host/node.ts';
import { exit } from './model/errors.ts';
import { sandboxHelper } from './model/sandbox-helper.ts';
import { run, runBlocked } from './operations/run.ts';
import { runCommand } from './operations/run-command.ts';

// The launch path (`pinfold run [--scope user|project] <name> [-- values…]`, `pinfold run [--pins FILE] -- <command>`) by itself: a bundle of its own that imports nothing but Node.
const words = process.argv.slice(3);
// Set by the launcher that started this (src/store/launcher.ts): the environment of an entry must not choose another store.
const installed = (globalThis as { readonly [member: symbol]: unknown })[Symbol.for('pinfold.places')] as Partial<Places> | undefined;
const host = nodeHost(installed === undefined ? {} : { places: installed });
const dashes = words.indexOf('--');
const [given, values] = dashes === -1 ? [words, []] : [words.slice(0, dashes), words.slice(dashes + 1)];
const option = given.indexOf('--scope');
const scope = option === -1 ? 'user' : given[option + 1];
const [name, ...rest] = option === -1 ? given : given.toSpliced(option, 2);
// A bundle of its own: hardly any session shows its person what was withheld.
const look = () => import('./web/look.ts').then(({ lookApp }) => lookApp);
if (given[0] === '--blocked' && given.length === 2) {
  void runBlocked(host).then((code) => {
    process.exitCode = code;
  });
} else if (values.length > 0 && (given.length === 0 || (given.length === 2 && given[0] === '--pins'))) {
  void runCommand({ words: values, pins: given[1] ?? null, look }, host).then((code) => {
    process.exitCode = code;
  });
} else if (name === undefined || name.startsWith('-') || rest.length > 0 || (scope !== 'user' && scope !== 'project')) {
  process.stderr.write(
    [
      'error: `pinfold run` takes the name of a pinned server, or a command after --',
      '  why: it is pinfold run [--scope user|project] <name> [-- values…], or pinfold run [--pins FILE] -- <command>',
      ' hint: pinfold list',
      '',
    ].join('\n'),
  );
  process.exitCode = exit.usage;
} else {
  // Windows hands extra pipes to a child in another way; there the runtime starts when everything was checked.
  const beside = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const hold = host.machine.platform === 'win32' ? {} : { hold: beside('./hold.cjs') };
  const sandbox = {
    helper: beside(`./${sandboxHelper(host.machine)}`),
    tunnel: beside('./tunnel.cjs'),
    tell: beside('./tell.cjs'),
    enter: beside('./enter.cjs'),
    javaAgent: beside('./srt-proxy-agent.jar'),
  };
  // Not awaited: the bundle of this file is CommonJS. Whatever is thrown is an uncaught rejection, and fails the process.
  void run({ name, scope, values, sandbox, look, ...hold }, host).then((code) => {
    process.exitCode = code;
  });
}
