import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';

/** What makes `watch` a service of the user, or ends that; to be shown first. */
export interface ServicePlan {
  /** What the system calls it. */
  readonly kind: 'systemd user unit' | 'launchd agent' | 'scheduled task';
  /** Absolute path of its definition. */
  readonly file: string;
  /** The definition; null = the file goes. */
  readonly text: string | null;
  /** Commands that come after the file is written (or before it goes), one list of words each. */
  readonly commands: readonly (readonly string[])[];
}

/**
 * How the system keeps `pinfold watch` running for this user: started at login, and again when it ended. Needs no
 * administrator. Names this installation and this Node by absolute paths, because services have no PATH.
 *
 * @throws GuardError `file-not-found` for an installation that npx made: npm clears it away without asking.
 */
export function planService(options: { readonly install: boolean }, host: Host): ServicePlan {
  const { nodePath, installation } = host.machine;
  if (options.install && /[\\/]_npx[\\/]/.test(installation)) {
    throw new GuardError('file-not-found', 'a service needs a pinfold that stays', {
      why: `this one came by npx, and npm may clear ${installation} away at any time`,
      hint: 'npm install -g pinfold',
    });
  }
  const words = [nodePath, join(installation, 'bin', 'pinfold.js'), 'watch'];
  const plan = plans[host.machine.platform](words, host);
  return options.install ? plan.install : plan.uninstall;
}

interface Plans {
  readonly install: ServicePlan;
  readonly uninstall: ServicePlan;
}

const plans: Readonly<Record<Host['machine']['platform'], (words: readonly string[], host: Host) => Plans>> = {
  linux(words, host) {
    const unit = 'pinfold-watch.service';
    const base = { kind: 'systemd user unit', file: `${systemdFolder(host)}/${unit}` } as const;
    const text = [
      '[Unit]',
      'Description=pinfold watch: keeps MCP servers that nobody approved from starting',
      '',
      '[Service]',
      `ExecStart=${words.map(systemdWord).join(' ')}`,
      'Restart=on-failure',
      'RestartSec=5',
      'Nice=10',
      '',
      '[Install]',
      'WantedBy=default.target',
      '',
    ].join('\n');
    const systemctl = (...args: readonly string[]) => ['systemctl', '--user', ...args];
    return {
      install: { ...base, text, commands: [systemctl('daemon-reload'), systemctl('enable', '--now', unit)] },
      uninstall: { ...base, text: null, commands: [systemctl('disable', '--now', unit)] },
    };
  },
  darwin(words, host) {
    const label = 'dev.pinfold.watch';
    const file = `${host.places.home}/Library/LaunchAgents/${label}.plist`;
    const base = { kind: 'launchd agent', file } as const;
    const text = [
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
      '<plist version="1.0">',
      '<dict>',
      `  <key>Label</key><string>${label}</string>`,
      '  <key>ProgramArguments</key>',
      '  <array>',
      ...words.map((word) => `    <string>${xml(word)}</string>`),
      '  </array>',
      '  <key>RunAtLoad</key><true/>',
      '  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>',
      '  <key>ProcessType</key><string>Background</string>',
      '</dict>',
      '</plist>',
      '',
    ].join('\n');
    const domain = `gui/${host.machine.uid}`;
    return {
      install: { ...base, text, commands: [['launchctl', 'bootstrap', domain, file]] },
      uninstall: { ...base, text: null, commands: [['launchctl', 'bootout', `${domain}/${label}`]] },
    };
  },
  win32(words, host) {
    const [command = '', ...args] = words;
    const file = `${host.places.data}\\watch-task.xml`;
    const base = { kind: 'scheduled task', file } as const;
    const text = [
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
      '  <RegistrationInfo><Description>pinfold watch: keeps MCP servers that nobody approved from starting</Description></RegistrationInfo>',
      `  <Triggers><LogonTrigger><UserId>${xml(host.machine.user)}</UserId></LogonTrigger></Triggers>`,
      `  <Principals><Principal id="user"><UserId>${xml(host.machine.user)}</UserId><LogonType>InteractiveToken</LogonType><RunLevel>LeastPrivilege</RunLevel></Principal></Principals>`,
      '  <Settings>',
      '    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>',
      '    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>',
      '    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>',
      '    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>',
      '    <RestartOnFailure><Interval>PT1M</Interval><Count>10</Count></RestartOnFailure>',
      '    <Hidden>true</Hidden>',
      '  </Settings>',
      '  <Actions Context="user">',
      `    <Exec><Command>${xml(command)}</Command><Arguments>${xml(args.map(windowsWord).join(' '))}</Arguments></Exec>`,
      '  </Actions>',
      '</Task>',
      '',
    ].join('\r\n');
    return {
      install: { ...base, text, commands: [['schtasks.exe', '/Create', '/F', '/TN', 'pinfold-watch', '/XML', file]] },
      uninstall: { ...base, text: null, commands: [['schtasks.exe', '/Delete', '/F', '/TN', 'pinfold-watch']] },
    };
  },
};

/** Writes (or removes) the definition and runs the commands of the plan. @throws GuardError `command-not-found`, `file-unwritable`. */
export async function applyService(plan: ServicePlan, host: Host): Promise<void> {
  if (plan.text !== null) await host.files.writeAtomic(plan.file, plan.text, { mode: 0o644 });
  for (const [command = '', ...args] of plan.commands) {
    const child = await host.processes.spawn(command, args, { cwd: host.places.home, env: host.env, stderr: 'inherit', ownGroup: false });
    child.stdin.end();
    const { code } = await child.exited;
    if (code === 0) continue;
    throw new GuardError('command-not-found', `${[command, ...args].join(' ')} ended with ${code ?? 'a signal'}`, {
      why: plan.text === null ? 'the service may still be there' : 'the service may not run',
      hint: 'pinfold watch works without a service, as long as it runs',
    });
  }
  if (plan.text === null) await host.files.remove(plan.file);
}

function systemdFolder({ places }: Host): string {
  return `${places.appConfig}/systemd/user`;
}

/** A word of `ExecStart`. @see systemd.service(5), "Command lines" */
function systemdWord(word: string): string {
  const text = word.replaceAll('\\', '\\\\').replaceAll('%', '%%').replaceAll('$', '$$$$').replaceAll('"', '\\"');
  return /^[\w./:@=+,%-]+$/.test(text) ? text : `"${text}"`;
}

function xml(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
  return text.replace(/[&<>"']/g, (found) => names[found] ?? found);
}

/** @see CommandLineToArgvW: quotes around, backslashes doubled only before a quote. */
function windowsWord(word: string): string {
  if (/^[^\s"]+$/.test(word)) return word;
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
}
