import type { LiteralRule } from './rule.ts';

const files = ['fs.read', 'fs.write', 'exec.spawn', 'code.opaque'] as const;
const changes = ['fs.write', 'exec.spawn', 'code.opaque'] as const;

/** Texts that name a place. Applied to path-like literals and to commands, never to prose. */
export const literalRules: readonly LiteralRule[] = [
  {
    id: 'lit-keys',
    pattern:
      /(?:^|[~/\\])\.(?:ssh|aws|gnupg|kube|azure|config[/\\]gcloud|docker[/\\]config\.json)(?:$|[/\\])|\bid_(?:rsa|ed25519|ecdsa)\b/i,
    class: 'secrets.read',
    needs: files,
  },
  {
    id: 'lit-tokens',
    pattern: /(?:^|[/\\~])\.(?:npmrc|netrc|pypirc|git-credentials|env(?:\.local|\.production)?)$/i,
    class: 'secrets.read',
    needs: files,
  },
  { id: 'lit-mounted', pattern: /^\/(?:var\/)?run\/secrets(?:\/|$)/, class: 'secrets.read', needs: files },
  {
    id: 'lit-browser',
    pattern: /Login Data$|Cookies$.*Chrome|cookies\.sqlite|logins\.json|key4\.db|Local State$|wallet\.dat/i,
    class: 'secrets.read',
    needs: files,
  },
  {
    id: 'lit-metadata',
    pattern: /(?:^|\/\/)169\.254\.169\.254|metadata\.google\.internal/i,
    class: 'secrets.read',
    needs: ['net.connect', 'exec.spawn'],
  },
  { id: 'lit-docker', pattern: /docker\.sock\b|docker_engine$/i, class: 'host.control', needs: ['fs.read', 'net.connect', 'exec.spawn'] },
  {
    id: 'lit-autostart',
    pattern:
      /LaunchAgents|LaunchDaemons|systemd[/\\](?:user|system)|CurrentVersion\\+Run|autostart[/\\].*\.desktop|Start Menu[/\\]+Programs[/\\]+Startup/i,
    class: 'persist',
    needs: changes,
  },
  {
    id: 'lit-shell-rc',
    pattern: /(?:^|[/\\~])\.(?:bashrc|zshrc|zprofile|zshenv|profile|bash_profile|bash_login)$|config\.fish$/i,
    class: 'persist',
    needs: changes,
  },
  { id: 'lit-git-hooks', pattern: /core\.hooksPath|\.git[/\\]hooks/i, class: 'persist', needs: changes },
  {
    id: 'lit-agent',
    pattern:
      /(?:^|[/\\])\.?mcp\.json$|claude_desktop_config\.json|(?:^|[/\\~])\.(?:claude|cursor|codeium|gemini|windsurf|continue|roo|cline)(?:$|[/\\])|(?:^|[/\\])(?:CLAUDE|AGENTS|GEMINI)\.md$|\.(?:cursorrules|windsurfrules|clinerules)$|copilot-instructions\.md|cline_mcp_settings\.json|(?:^|[/\\~])\.claude\.json$/,
    class: 'agent.modify',
    needs: changes,
  },
];

/** Another client's configuration holds other servers' keys: reading it is touching a credential store. */
export const agentConfigPattern =
  /(?:^|[/\\])\.?mcp\.json$|claude_desktop_config\.json|(?:^|[/\\~])\.claude\.json$|cline_mcp_settings\.json/;

/** Id of the rule for a file that is made executable by a package that also fetches and starts something. */
export const downloadRule = 'make-executable';

/** A command that fetches what it runs. The match is the scope. */
export const packageRunnerPattern =
  /(?:^|[\s;&|(])(?:npx|uvx|bunx|pipx|(?:npm|pnpm|yarn|bun)(?:\.cmd)? (?:i|install|add|exec|dlx|x|create|update|upgrade)|pip3? install|uv (?:pip install|tool (?:run|install)|run)|python3? -m pip install|gem install|cargo install|go install|brew install|(?:curl|wget)\b[^|]*\|\s*(?:ba|z)?sh|docker (?:run|pull)|deno run)(?:$|[\s@])/;

/** Hosts in code that are names, not places: namespaces and schema ids. */
export const nameOnlyHosts: ReadonlySet<string> = new Set([
  'json-schema.org',
  'www.w3.org',
  'schemas.xmlsoap.org',
  'spec.openapis.org',
  'example.com',
  'www.example.com',
  'example.org',
  'schema.org',
]);

/** The rules that a text fires as it stands: a place that is path-like or a command, never prose. */
export function placesIn(text: string): readonly LiteralRule[] {
  if (/\s/.test(text) ? text.length > 60 : text.length > 300) return [];
  return literalRules.filter((rule) => rule.pattern.test(text));
}
