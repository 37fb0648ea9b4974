import type { CapabilityClass } from '../../model/capability.ts';
import type { GlobalRule } from './rule.ts';

/** What is there without an import. */
export const globalRules: readonly GlobalRule[] = [
  { id: 'global-fetch', path: 'fetch', classes: ['net.connect'], scope: 'host' },
  { id: 'global-websocket', path: 'WebSocket', classes: ['net.connect'], scope: 'host', callOnly: true },
  { id: 'global-eventsource', path: 'EventSource', classes: ['net.connect'], scope: 'host', callOnly: true },
  { id: 'global-xhr', path: 'XMLHttpRequest', classes: ['net.connect'], callOnly: true },
  { id: 'global-eval', path: 'eval', classes: ['exec.dynamic'] },
  { id: 'global-function', path: 'Function', classes: ['exec.dynamic'], callOnly: true },
  { id: 'global-wasm', path: 'WebAssembly', classes: ['code.opaque'] },
  { id: 'global-env', path: 'process.env', classes: ['env.read'] },
  { id: 'global-binding', path: 'process.binding', classes: ['exec.dynamic'] },
  { id: 'global-linked-binding', path: 'process._linkedBinding', classes: ['exec.dynamic'] },
  { id: 'global-dlopen', path: 'process.dlopen', classes: ['code.opaque'] },
  {
    id: 'global-load-env',
    path: 'process.loadEnvFile',
    classes: ['fs.read', 'secrets.read'],
    scope: 'path',
    fixed: { 'secrets.read': ['.env'] },
  },
  { id: 'module-load', path: 'module.constructor', classes: ['exec.dynamic'] },
  { id: 'require-extensions', path: 'require.extensions', classes: ['exec.dynamic'] },
  { id: 'deno', path: 'Deno', classes: ['exec.spawn', 'fs.read', 'fs.write', 'net.connect'] },
  { id: 'bun-spawn', path: 'Bun.spawn', classes: ['exec.spawn'], scope: 'binary' },
  { id: 'bun-shell', path: 'Bun.$', classes: ['exec.spawn'] },
  { id: 'bun-files', path: 'Bun.write', classes: ['fs.write'], scope: 'path' },
];

/** Requests that a server makes to its client, by method name: the scope of `agent.surface`. */
export const agentRequestMembers: Readonly<Record<string, string>> = {
  createMessage: 'sampling/createMessage',
  requestSampling: 'sampling/createMessage',
  elicitInput: 'elicitation/create',
  listRoots: 'roots/list',
};

/** Methods that offer something to the model, whatever object they are called on. */
export const registrationMembers: ReadonlySet<string> = new Set([
  'registerTool',
  'registerPrompt',
  'registerResource',
  'setRequestHandler',
]);

/** Packages whose server is started with `start({ transportType })`: over standard streams, or on a port. */
export const startedFrameworks: ReadonlySet<string> = new Set(['fastmcp', '@modelcontextprotocol/fastmcp']);

/** Methods that read somebody's keys, whatever object they are called on, by where those lie. */
export const credentialMembers: Readonly<Record<string, string>> = {
  loadFromDefault: '~/.kube/config',
  loadFromFile: '~/.kube/config',
  loadFromCluster: '/var/run/secrets/kubernetes.io/serviceaccount',
  loadFromClusterAndUser: '~/.kube/config',
};

/** Programs by what starting them means beyond `exec.spawn`. */
export const binaryClasses: Readonly<Record<string, readonly CapabilityClass[]>> = {
  ...many('osascript xdotool ydotool cliclick docker podman adb xcrun powershell powershell.exe pwsh dbus-send', 'host.control'),
  // They act on machines and accounts elsewhere, as whoever is logged in here.
  ...many('kubectl helm k9s oc eksctl minikube kind nerdctl terraform tofu pulumi ansible ansible-playbook vagrant', 'host.control'),
  ...many('az aws gcloud gsutil doctl hcloud linode-cli ibmcloud oci heroku flyctl fly vercel netlify wrangler', 'host.control'),
  ...many('railway firebase supabase gh glab', 'host.control'),
  ...many('pbpaste pbcopy xclip xsel wl-paste wl-copy screencapture scrot gnome-screenshot arecord imagesnap', 'user.capture'),
  ...many('crontab launchctl systemctl schtasks at', 'persist'),
  ...many('security secret-tool', 'secrets.read'),
  ...many('curl wget', 'net.connect'),
};

function many(names: string, of: CapabilityClass): Record<string, readonly CapabilityClass[]> {
  return Object.fromEntries(names.split(' ').map((name) => [name, [of]]));
}
