import type { LaunchPackage } from '../../model/client-entry.ts';
import { type OptionGrammar, scanOptions } from './options.ts';
import { type Runner, unresolved } from './runner.ts';

const switches = new Set(
  `-d --detach -i --interactive -t --tty --rm --init --privileged -P --publish-all -q --quiet --read-only --sig-proxy --no-healthcheck
   --oom-kill-disable --disable-content-trust --use-api-socket --help`.split(/\s+/),
);
const letters = 'evpuwmclhaf'.split('').map((letter) => `-${letter}`);

/** Every long option of `docker run` that is not a switch takes a value. */
const runGrammar: OptionGrammar = {
  switches,
  values: { has: (name: string) => !switches.has(name) && (letters.includes(name) || /^--[a-z]/.test(name)) } as ReadonlySet<string>,
  clusters: true,
};

const globalGrammar: OptionGrammar = {
  values: new Set(['--context', '-c', '-H', '--host', '--config', '-l', '--log-level', '--tlscacert', '--tlscert', '--tlskey']),
  switches: new Set(['-D', '--debug', '--tls', '--tlsverify']),
};

/** `docker run [options] IMAGE [command]`, and the programs with the same grammar. */
export const docker = {
  docs: 'https://docs.docker.com/reference/cli/docker/container/run/',
  programs: ['docker', 'podman', 'nerdctl', 'finch'],
  read(args, program) {
    const outer = scanOptions(args, globalGrammar);
    const words = outer.rest[0] === 'container' ? outer.rest.slice(1) : outer.rest;
    if (outer.unknown !== null || words[0] !== 'run') return unresolved(program, 'only `run` names an image');
    const { rest, unknown } = scanOptions(words.slice(1), runGrammar);
    const image = unknown === null && rest[0] !== undefined ? imageOf(rest[0]) : null;
    if (image === null) return unresolved(program, 'it is not certain which image it runs');
    return { kind: 'unit', runner: program, packages: [image], unresolved: 'only npm packages can be installed yet' };
  },
} as const satisfies Runner;

/** `[registry/]name[:tag][@digest]`, fully qualified. @see distribution/reference */
function imageOf(text: string): LaunchPackage | null {
  const found = /^((?:[\w.-]+(?::\d+)?\/)?[\w.-]+(?:\/[\w.-]+)*)(?::(\w[\w.-]*))?(?:@(sha\d+:[a-f0-9]+))?$/i.exec(text);
  if (found === null) return null;
  const [, name = '', tag, digest] = found;
  const first = name.split('/')[0] ?? '';
  const qualified = name.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  const full = qualified ? name : `docker.io/${name.includes('/') ? '' : 'library/'}${name}`;
  if (digest !== undefined) return { type: 'oci', name: full, version: digest, versionKind: 'digest' };
  return { type: 'oci', name: full, version: tag ?? null, versionKind: tag === undefined ? 'none' : 'tag' };
}
