import type { Host } from '../host/host.ts';
import { printable } from '../model/printable.ts';

interface Notifier {
  readonly command: string;
  /** The text comes as an argument or a variable, never as a part of a script. */
  args(title: string, text: string): readonly string[];
}

const notifiers: Readonly<Record<Host['machine']['platform'], Notifier>> = {
  linux: {
    command: 'notify-send',
    // `--`: a name may begin with a dash. Bodies are read as markup by some servers.
    args: (title, text) => ['--app-name=pinfold', '--urgency=critical', '--', title, text.replace(/[&<>]/g, ' ')],
  },
  darwin: {
    command: 'osascript',
    args: (title, text) => [
      ...['-e', 'on run argv', '-e', 'display notification (item 2 of argv) with title (item 1 of argv)', '-e', 'end run'],
      title,
      text,
    ],
  },
  win32: {
    command: 'powershell.exe',
    args: () => [
      '-NoProfile',
      '-NonInteractive',
      '-Command',
      [
        'Add-Type -AssemblyName System.Windows.Forms,System.Drawing',
        '$n = New-Object System.Windows.Forms.NotifyIcon',
        '$n.Icon = [System.Drawing.SystemIcons]::Warning',
        '$n.Visible = $true',
        '$n.ShowBalloonTip(10000, $env:PINFOLD_TITLE, $env:PINFOLD_TEXT, "Warning")',
        'Start-Sleep -Seconds 10; $n.Dispose()',
      ].join('; '),
    ],
  },
};

/**
 * Shows a notification of the desktop, where there is one. False when none could be shown: nobody sits there, or no
 * program for it is installed. `text` may be attacker-controlled.
 */
export async function notify(title: string, text: string, host: Host): Promise<boolean> {
  const { command, args } = notifiers[host.machine.platform];
  const program = await host.processes.which(command);
  if (program === null) return false;
  const line = printable(text, { maxLength: 200 });
  const env = { ...host.env, PINFOLD_TITLE: title, PINFOLD_TEXT: line };
  const started = await host.processes
    .spawn(program, args(title, line), { cwd: host.places.home, env, stderr: 'ignore', ownGroup: false })
    .catch(() => null);
  if (started === null) return false;
  started.stdin.end();
  return (await started.exited).code === 0;
}
