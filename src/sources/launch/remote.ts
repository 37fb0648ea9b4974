import { scanOptions, wordSet } from './options.ts';
import { plainUnit, type Reading, type Runner, uncertain, unresolved } from './runner.ts';

/** `wsl [-d D] [-u U] [--cd P] [-e | --exec | --] command`: the command runs in Linux. */
export const wsl = {
  docs: 'https://learn.microsoft.com/windows/wsl/basic-commands',
  programs: ['wsl'],
  read(args) {
    for (let at = 0; at < args.length; at += 1) {
      const arg = args[at] ?? '';
      if (/^(?:-d|--distribution|-u|--user|--cd|--shell-type|--distribution-id)$/.test(arg)) at += 1;
      else if (/^(?:-e|--exec|--)$/.test(arg)) return command(args.slice(at + 1), arg === '--');
      else if (arg === '~' || arg === '--system') continue;
      else if (arg.startsWith('-')) return unresolved('wsl', uncertain(arg));
      else return command(args.slice(at), true);
    }
    return unresolved('wsl', 'it names no command');
  },
} as const satisfies Runner;

/** Without `--exec` a shell of that system reads the words again. */
function command([name, ...args]: readonly string[], throughShell: boolean): Reading {
  if (name === undefined) return unresolved('wsl', 'it names no command');
  if (throughShell && [name, ...args].some((word) => !/^[\w@%+=:,./-]+$/.test(word)))
    return unresolved('wsl', 'it runs a line that only a shell can read');
  return { kind: 'command', command: name, args, loses: 'it runs the command in Linux' };
}

/** Commands on other machines and in running containers: nothing of them can be known here. */
export const elsewhere = {
  docs: 'https://kubernetes.io/docs/reference/kubectl/generated/kubectl_exec/',
  programs: ['ssh', 'kubectl', 'oc', 'adb', 'vagrant', 'lxc', 'multipass'],
  read(args, program) {
    if (program !== 'kubectl' && program !== 'oc') return unresolved(program, 'it runs the command on another machine');
    const { rest } = scanOptions(args, { values: wordSet('-n --namespace --context --kubeconfig --cluster'), switches: new Set() });
    const why = 'it runs the command in a container elsewhere';
    const pod =
      rest[0] === 'exec'
        ? scanOptions(rest.slice(1), { values: wordSet('-c --container -n --namespace'), switches: wordSet('-i -t --stdin --tty -it -ti') })
        : null;
    return unresolved(
      program,
      why,
      pod !== null && pod.unknown === null && pod.rest[0] !== undefined ? [plainUnit('container-exec', pod.rest[0])] : [],
    );
  },
} as const satisfies Runner;
