import type { CapabilityClass } from '../model/capability.ts';
import type { Changelog, ChangelogEntry } from '../model/changelog.ts';
import { printable } from '../model/printable.ts';

/** Each class as what a server "can now" do. */
const abilities: Record<CapabilityClass, string> = {
  'exec.install': 'run code while it is installed',
  'exec.spawn': 'run other programs',
  'exec.dynamic': 'build or download code and run it',
  'code.opaque': 'run code that nobody can read',
  'fs.read': 'read files',
  'fs.write': 'write files',
  'secrets.read': 'read credential stores',
  'env.read': 'read environment variables',
  'net.connect': 'connect to the network',
  'net.listen': 'open a port',
  'host.control': 'control other apps or the machine',
  'user.capture': 'capture clipboard, screen, camera, microphone or keys',
  persist: 'stay after it was stopped',
  'agent.modify': 'change the setup of your AI clients',
  'agent.surface': 'offer tools to the model or ask it for things',
  'supply.mutable': 'run code that changes without a new release',
};

const nouns = { tools: 'tool', prompts: 'prompt', resources: 'resource', resourceTemplates: 'resource template' } as const;

/** What changed between two releases, in words, as Markdown. Remote text stands in code spans alone. */
export function changelogMarkdown(changelog: Changelog): string {
  const { from, to, basis, wordsFrom, entries } = changelog;
  const capability = entries.filter((entry) => entry.about === 'capability');
  const of = (...changes: readonly string[]) => capability.filter(({ change }) => changes.includes(change)).map(capabilityLine);
  const asked = (entry: ChangelogEntry) => entry.about === 'variable' || entry.about === 'auth' || entry.about === 'install script';
  const words = entries.filter((entry) => entry.about !== 'capability' && !asked(entry));
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ['It can do more', of('gained', 'widened')],
    ['It can do less', of('narrowed', 'lost')],
    ['What it says to the model', words.map(otherLine)],
    ['What it asks for', entries.filter(asked).map(otherLine)],
  ];
  const written = sections.filter(([, lines]) => lines.length > 0).map(([title, lines]) => `## ${title}\n\n${lines.join('\n')}`);
  const source =
    basis === 'manifests'
      ? 'From the manifests of both releases: what their author declares.'
      : `From the published bytes of both releases${wordsFrom === 'code' ? '; words as their code names them' : ''}.`;
  return [`# ${code(from)} → ${code(to)}`, source, ...(written.length === 0 ? ['It can do, says and asks for the same.'] : written)].join(
    '\n\n',
  );
}

function capabilityLine({ class: of, change, scopes }: Extract<ChangelogEntry, { about: 'capability' }>): string {
  const named = scopes.filter((scope) => scope !== '*').map(code);
  const list = named.length === 0 ? '' : `: ${named.join(', ')}`;
  const any = scopes.includes('*');
  const where = any ? `${anywhere(of)}${named.length === 0 ? '' : `, among them${list.slice(1)}`}` : `${outside(of, scopes)}${list}`;
  if (change === 'gained') return `- can now ${abilities[of]}${where} (\`${of}\`)`;
  if (change === 'widened') return `- can now ${abilities[of]} in more places${where} (\`${of}\`)`;
  if (change === 'narrowed') return `- can ${abilities[of]} in fewer places; no more${list === '' ? '' : list.slice(1)} (\`${of}\`)`;
  return `- can no longer ${abilities[of]} (\`${of}\`)`;
}

function anywhere(of: CapabilityClass): string {
  return of === 'fs.read' || of === 'fs.write' ? ', anywhere' : of === 'net.connect' ? ', any host' : ', without a limit';
}

/** A place that is absolute, the home, or above is not in the folder that it is started in. */
function outside(of: CapabilityClass, scopes: readonly string[]): string {
  const isOutside = scopes.some((scope) => /^(?:\/|~|\.\.|<|[A-Za-z]:[\\/])/.test(scope));
  return (of === 'fs.read' || of === 'fs.write') && isOutside ? ' outside its folder' : '';
}

function otherLine(entry: ChangelogEntry): string {
  switch (entry.about) {
    case 'capability':
      return capabilityLine(entry);
    case 'instructions':
      return `- its instructions ${{ added: 'are new', removed: 'are gone', changed: 'say other words' }[entry.change]}`;
    case 'variable':
      return entry.change === 'added'
        ? `- reads ${code(entry.name)}${entry.secret ? ', a secret' : ''}`
        : `- no longer reads ${code(entry.name)}`;
    case 'auth':
      return `- signing in: ${code(entry.was)} → ${code(entry.is)}`;
    case 'install script':
      return entry.change === 'added'
        ? `- ${code(entry.name)} wants to run a script at install`
        : `- ${code(entry.name)} has no install script any more`;
    default:
      if (entry.change === 'renamed') return `- the ${nouns[entry.about]} ${code(entry.was)} is now called ${code(entry.name)}`;
      if (entry.change === 'added') return `- new ${nouns[entry.about]} ${code(entry.name)}`;
      return `- the ${nouns[entry.about]} ${code(entry.name)} ${entry.change === 'removed' ? 'is gone' : 'says other words'}`;
  }
}

/** A code span that its content cannot end. */
function code(text: string): string {
  return `\`${printable(text, { maxLength: 200 }).replaceAll('`', "'")}\``;
}
