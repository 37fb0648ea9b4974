import type { LaunchPackage } from '../../model/client-entry.ts';
import { type OptionGrammar, scanOptions, wordSet } from './options.ts';
import { plainUnit, type Reading, type Runner, uncertain, unresolved } from './runner.ts';

/** `docker run --help` of Docker 28, and what podman, nerdctl and finch have beyond it. All of them read options with pflag. */
const switches = wordSet(
  `-d --detach -i --interactive -t --tty --rm --init --privileged -P --publish-all -q --quiet --read-only --sig-proxy --no-healthcheck
   --oom-kill-disable --disable-content-trust --use-api-socket --help`,
  '--env-host --http-proxy --no-hostname --no-hosts --passwd --read-only-tmpfs --replace --rmi --tls-verify --rootfs',
);
const runGrammar: OptionGrammar = {
  switches,
  values: wordSet(
    `-a --attach -c --cpu-shares -e --env -h --hostname -l --label -m --memory -p --publish -u --user -v --volume -w --workdir
     --add-host --annotation --blkio-weight --blkio-weight-device --cap-add --cap-drop --cgroup-parent --cgroupns --cidfile --cpu-count
     --cpu-percent --cpu-period --cpu-quota --cpu-rt-period --cpu-rt-runtime --cpus --cpuset-cpus --cpuset-mems --detach-keys --device
     --device-cgroup-rule --device-read-bps --device-read-iops --device-write-bps --device-write-iops --dns --dns-opt --dns-option
     --dns-search --domainname --entrypoint --env-file --expose --gpus --group-add --health-cmd --health-interval --health-retries
     --health-start-interval --health-start-period --health-timeout --io-maxbandwidth --io-maxiops --ip --ip6 --ipc --isolation
     --kernel-memory --label-file --link --link-local-ip --log-driver --log-opt --mac-address --memory-reservation --memory-swap
     --memory-swappiness --mount --name --net --net-alias --network --network-alias --oom-score-adj --pid --pids-limit --platform --pull
     --restart --runtime --security-opt --shm-size --stop-signal --stop-timeout --storage-opt --sysctl --tmpfs --ulimit --userns --uts
     --volume-driver --volumes-from`,
    `--arch --authfile --cgroups --chrootdirs --conmon-pidfile --creds --decryption-key --gidmap --group-entry --hooks-dir
     --hostuser --image-volume --init-path --os --passwd-entry --personality --pidfile --pod --pod-id-file --preserve-fd --preserve-fds
     --requires --sdnotify --seccomp-policy --secret --shm-size-systemd --subgidname --subuidname --systemd --timeout --tz --uidmap
     --umask --unsetenv --variant`,
  ),
  // pflag takes `--rm=false`; a switch never takes the next word.
  optional: new Set([...switches].filter((name) => name.startsWith('--'))),
  clusters: true,
  dashedValues: true,
};

const globalGrammar: OptionGrammar = {
  values: wordSet(
    '--context -c -H --host --config -l --log-level --tlscacert --tlscert --tlskey --connection --url --identity --root --runroot',
    '--storage-driver --namespace -n --address -a',
  ),
  switches: wordSet('-D --debug --tls --tlsverify --remote'),
  dashedValues: true,
};

/** `docker run [options] IMAGE [command]`, and the programs with the same grammar. */
export const docker = {
  docs: 'https://docs.docker.com/reference/cli/docker/container/run/',
  programs: ['docker', 'podman', 'nerdctl', 'finch', 'docker-compose', 'podman-compose'],
  read(args, program) {
    if (program.endsWith('-compose')) return compose(program, args);
    const outer = scanOptions(args, globalGrammar);
    if (outer.unknown !== null) return unresolved(program, uncertain(outer.unknown));
    const words = outer.rest[0] === 'container' ? outer.rest.slice(1) : outer.rest;
    const [subcommand, ...rest] = words;
    if (subcommand === 'run') return run(program, rest);
    if (subcommand === 'exec') return exec(program, rest);
    if (subcommand === 'compose') return compose(program, rest);
    if (subcommand === 'mcp' && rest[0] === 'gateway' && rest[1] === 'run') return gateway(program, rest.slice(2));
    return unresolved(program, 'only `run` names an image');
  },
} as const satisfies Runner;

function run(runner: string, args: readonly string[]): Reading {
  const scanned = scanOptions(args, runGrammar);
  if (scanned.unknown !== null) return unresolved(runner, uncertain(scanned.unknown));
  const [text, ...passed] = scanned.rest;
  if (text === undefined) return unresolved(runner, 'it names no image');
  if (scanned.options.some(([name]) => name === '--rootfs')) return unresolved(runner, 'it runs a folder of this machine as an image');
  const image = imageOf(text);
  if (image === null) return unresolved(runner, `${JSON.stringify(text)} is not a name of an image`);
  return { kind: 'unit', runner, packages: [image], unresolved: 'only npm packages can be installed yet', passed: passed.length };
}

/** A command in a container that runs already: which image that is, only the daemon knows. */
function exec(runner: string, args: readonly string[]): Reading {
  const scanned = scanOptions(args, {
    values: wordSet('-e --env -u --user -w --workdir --env-file --detach-keys'),
    switches: wordSet('-d --detach -i --interactive -t --tty --privileged'),
    clusters: true,
    dashedValues: true,
  });
  const [container] = scanned.rest;
  if (scanned.unknown !== null || container === undefined) return unresolved(runner, 'it is not certain in which container it runs');
  return unresolved(runner, 'it runs in a container, whose image is not named here', [plainUnit('container-exec', container)]);
}

function compose(runner: string, args: readonly string[]): Reading {
  const why = 'it starts a service of a compose file, which is not read';
  const outer = scanOptions(args, {
    values: wordSet('-f --file -p --project-name --profile --env-file --project-directory --ansi --parallel --progress'),
    switches: wordSet('--compatibility --dry-run --all-resources'),
  });
  const [subcommand, ...rest] = outer.rest;
  if (outer.unknown !== null || (subcommand !== 'run' && subcommand !== 'exec')) return unresolved(runner, why);
  const scanned = scanOptions(rest, {
    values: wordSet(
      '-e --env -u --user -w --workdir --name -v --volume -p --publish -l --label --entrypoint --cap-add --cap-drop --pull --index',
    ),
    switches: wordSet(
      '--rm -T --no-TTY --no-tty -i --interactive -t --tty -d --detach --no-deps --build --quiet-pull --service-ports --use-aliases',
      '--remove-orphans -q --quiet --quiet-build -P --privileged',
    ),
    clusters: true,
    dashedValues: true,
  });
  const [service] = scanned.rest;
  return unresolved(runner, why, scanned.unknown !== null || service === undefined ? [] : [plainUnit('compose', service)]);
}

/** The gateway starts the servers that its own state names. */
function gateway(runner: string, args: readonly string[]): Reading {
  const named = args.flatMap(
    (arg, at) => /^--(?:servers|profile)=(.+)$/.exec(arg)?.[1] ?? (/^--(?:servers|profile)$/.test(arg) ? (args[at + 1] ?? []) : []),
  );
  return {
    kind: 'unit',
    runner,
    packages: [plainUnit('gateway', named.length === 0 ? 'docker-mcp' : `docker-mcp:${named.join(',')}`)],
    unresolved: 'it starts the servers of the Docker MCP gateway, which are named elsewhere',
  };
}

/** `[registry/]name[:tag][@digest]`, fully qualified. @see distribution/reference */
export function imageOf(text: string): LaunchPackage | null {
  const name = text.replace(/@[^@]*$/, '').replace(/:[^:/]*$/, '');
  const [, tag, digest] = /^(?::(\w[\w.-]{0,127}))?(?:@([a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-f0-9]{32,}))?$/i.exec(text.slice(name.length)) ?? [
    null,
  ];
  if (tag === undefined && digest === undefined && text !== name) return null;
  const segments = name.split('/');
  const [first = ''] = segments;
  const qualified = segments.length > 1 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const host = qualified ? first : 'docker.io';
  const path = qualified ? segments.slice(1) : segments;
  if (!/^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::\d+)?$/i.test(host)) return null;
  if (!path.every((segment) => /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/.test(segment))) return null;
  const hub = host === 'docker.io' || host === 'index.docker.io';
  const full = `${hub ? 'docker.io' : host}/${hub && path.length === 1 ? 'library/' : ''}${path.join('/')}`;
  if (digest !== undefined) return { type: 'oci', name: full, version: digest, versionKind: 'digest' };
  return { type: 'oci', name: full, version: tag ?? null, versionKind: tag === undefined ? 'none' : 'tag' };
}
