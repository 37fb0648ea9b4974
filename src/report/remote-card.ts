import { printable, printableCommand } from '../model/printable.ts';
import type { RemoteDisclosure } from '../model/remote.ts';
import { shellLine } from '../model/shell-line.ts';
import { type CardOptions, reasonLines } from './card.ts';
import { cardFindingLines } from './card-findings.ts';
import { hang, pad, width } from './layout.ts';
import { fitted, type Room, type Section } from './room.ts';
import type { Style } from './style.ts';
import { manifestLines } from './tools.ts';

/**
 * The disclosure of a remote server as one screen: what it is and what policy says, who lets clients in, what it lists,
 * what cannot be checked, the findings, the exact command, the reasons. Of what it can do nothing stands here, because
 * nothing is known.
 */
export function remoteCard(disclosure: RemoteDisclosure, options: CardOptions, style: Style): string {
  return fitted((room) => sections(disclosure, options, style, room), options.full, style);
}

function sections(disclosure: RemoteDisclosure, options: CardOptions, style: Style, room: Room): readonly Section[] {
  const { full } = room;
  const [toolsTitle, tools] = toolLines(disclosure, style, room);
  const part = (title: string, lines: readonly string[], foldable = false): Section => ({
    title: lines.length === 0 ? '' : style.bold(title),
    lines,
    foldable,
  });
  const decision = [`${style.bold('decision')}  ${verdict(disclosure, style)}`, ...reasonLines(disclosure.decision.reasons, style)];
  return [
    { title: '', lines: identity(disclosure, style), foldable: false },
    part('who lets clients in', authorizationLines(disclosure, style, full), true),
    part(toolsTitle, tools, true),
    part('what could not be checked', checkedLines(disclosure, style, full), true),
    part('what the client will run', commandLines(disclosure, options, style)),
    part('findings', cardFindingLines(disclosure.findings, disclosure.name, style, room)),
    { title: '', lines: decision, foldable: false },
  ];
}

const verdictWords = { allow: 'allowed by policy', warn: 'allowed with warnings', review: 'needs a person', block: 'blocked' } as const;

function verdict({ decision }: RemoteDisclosure, style: Style): string {
  const paint = { allow: style.green, warn: style.yellow, review: style.yellow, block: style.red }[decision.verdict];
  return paint(verdictWords[decision.verdict]);
}

function identity(disclosure: RemoteDisclosure, style: Style): readonly string[] {
  const blocking = [...new Set(disclosure.findings.filter(({ severity }) => severity === 'block').map(({ code }) => code))];
  const transport = disclosure.transport === 'sse' ? 'HTTP with server-sent events (the transport of 2024)' : 'streamable HTTP';
  return [
    `${style.bold(printable(disclosure.name, { maxLength: 200 }))}  ${verdict(disclosure, style)}`,
    ...(blocking.length === 0 ? [] : [hang(`  ${style.red('blocking')}: `, blocking.join(', '), style.columns)]),
    hang('  ', `a remote server at ${printable(disclosure.url, { maxLength: 2_000 })}`, style.columns),
    hang('  ', `${transport}; there are no bytes to look at or to pin`, style.columns),
  ];
}

function authorizationLines(
  { authorization, blockedScopes, headerNames, signedIn }: RemoteDisclosure,
  style: Style,
  full: boolean,
): readonly string[] {
  const { status, servers, scopes, resource } = authorization;
  const headers = headerNames.length === 0 ? [] : [hang('  ', `it is sent the headers ${headerNames.join(', ')}`, style.columns)];
  if (status === 'none') return ['  nobody is asked: it answers to any client'];
  if (status === 'static') return ['  a static secret: it answered with the headers that were given', ...headers];
  if (status === 'unknown')
    return [hang('  ', 'unknown: it does not let this client in, and does not say how to get in', style.columns), ...headers];
  const shownScopes = full ? scopes : scopes.slice(0, 12);
  const more = scopes.length - shownScopes.length;
  return [
    ...servers.map(({ issuer }) => hang('  ', `OAuth: ${printable(issuer, { maxLength: 200 })}`, style.columns)),
    ...(full
      ? servers.flatMap(({ authorizationEndpoint, tokenEndpoint, registrationEndpoint, revocationEndpoint }) => [
          hang('    ', `people sign in at ${printable(authorizationEndpoint, { maxLength: 400 })}`, style.columns),
          hang('    ', `tokens come from ${printable(tokenEndpoint, { maxLength: 400 })}`, style.columns),
          hang(
            '    ',
            registrationEndpoint === null
              ? 'clients cannot register by themselves'
              : `clients register at ${printable(registrationEndpoint, { maxLength: 400 })}`,
            style.columns,
          ),
          ...(revocationEndpoint === undefined
            ? []
            : [hang('    ', `tokens are taken back at ${printable(revocationEndpoint, { maxLength: 400 })}`, style.columns)]),
        ])
      : []),
    hang(
      '  ',
      scopes.length === 0 ? 'no scopes are named' : `scopes: ${shownScopes.join(', ')}${more > 0 ? `, and ${more} more` : ''}`,
      style.columns,
    ),
    ...(blockedScopes.length === 0 ? [] : [hang('  ', `blocked for ever, and not asked for: ${blockedScopes.join(', ')}`, style.columns)]),
    ...(status === 'oauth-calls' && !signedIn ? [hang('  ', 'it answers anybody; a sign-in is asked for calls', style.columns)] : []),
    ...(signedIn ? [hang('  ', 'you are signed in: what it lists is what it shows to your account', style.columns)] : []),
    ...(resource === null ? [hang('  ', 'it names no resource, so that a token may be good elsewhere too', style.columns)] : []),
    ...headers,
  ];
}

const noCode = {
  static: { tools: [], prompts: [], resources: [], instructions: null, gaps: [] },
  capabilities: { ruleset: 'none', capabilities: [], environment: [], read: null },
} as const;

function toolLines(disclosure: RemoteDisclosure, style: Style, room: Room): readonly [string, readonly string[]] {
  const { probed, probeAbsence } = disclosure;
  if (probed === null)
    return ['tools: not heard', [hang('  ', printable(probeAbsence?.detail ?? 'it was not asked', { maxLength: 600 }), style.columns)]];
  const [, lines] = manifestLines({ probed, probeAbsence, ...noCode }, style, room);
  return [`tools: ${probed.manifest.tools.length}, as it told two clients`, lines];
}

/** Each source with its outcome, then what nobody can check. */
function checkedLines({ evidence, notVerifiable }: RemoteDisclosure, style: Style, full: boolean): readonly string[] {
  const rows = [
    ...evidence.map(({ outcome, detail, source }): [string, string] => [outcome, full ? `${detail} (${source})` : detail]),
    ...notVerifiable.map((text): [string, string] => ['cannot tell', text]),
  ];
  const widest = Math.max(...rows.map(([outcome]) => width(outcome)));
  return rows.map(([outcome, text]) => hang(`  ${pad(outcome, widest)}  `, printable(text, { maxLength: 4_000 }), style.columns));
}

function commandLines({ url }: RemoteDisclosure, { clientCommand }: CardOptions, style: Style): readonly string[] {
  return [
    `  ${printableCommand(shellLine(clientCommand))}`,
    hang('  ', `which asks ${printable(url, { maxLength: 2_000 })}, through the gate`, style.columns),
  ];
}
