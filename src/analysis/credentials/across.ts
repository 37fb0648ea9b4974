import { type CredentialFlow, maxHosts, maxVariables, type OpenFlow } from '../credential-flow.ts';
import type { Term } from '../linking/term.ts';
import { hostOf } from '../scopes.ts';
import type { Origin } from '../syntax/origin.ts';
import { isAddressName, isSecretName } from './names.ts';

/** Stands around the name of a variable in a text that was put together out of several files. */
const mark = '\x02';
const maxFlows = 60;

/** A variable of the environment inside a text: see `closedFlows`. The hole for anything else that is no text. */
export function variableText(ref: Origin): string {
  const name = /^global:process\.env\.([^.*\0\x02]+)/.exec(ref)?.[1];
  return name === undefined ? '\0' : `${mark}${name}${mark}`;
}

/**
 * Which keys the open calls of a file send where, once `textsOf` says what their terms stand for, with variables as
 * `variableText` writes them. A call that seems to send more than a call does was not understood, and is left out.
 */
export function closedFlows(
  { openCredentials }: { readonly openCredentials: readonly OpenFlow[] },
  textsOf: (term: Term) => readonly string[],
): readonly CredentialFlow[] {
  const flows = new Map<string, CredentialFlow>();
  for (const { line, modules, terms, ...known } of openCredentials) {
    const [variables, hosts] = [new Set(known.variables), new Set(known.hosts)];
    for (const text of terms.flatMap((term) => textsOf(term))) read(text, variables, hosts);
    if (variables.size > maxVariables || hosts.size > maxHosts) continue;
    for (const variable of variables) {
      for (const host of hosts) keep({ variable, line, host, module: null });
      if (hosts.size === 0) for (const module of modules) keep({ variable, line, host: null, module });
    }
  }
  return [...flows.values()];

  function keep(flow: CredentialFlow): void {
    if (flows.size < maxFlows) flows.set(JSON.stringify([flow.variable, flow.host, flow.module]), flow);
  }
}

function read(text: string, variables: Set<string>, hosts: Set<string>): void {
  const [plain = '', ...marked] = text.split(mark);
  for (const [at, name] of marked.entries()) {
    if (at % 2 === 1) continue;
    if (isSecretName(name)) variables.add(name);
    else if (isAddressName(name)) hosts.add('*');
  }
  const host = marked.length === 0 && plain.includes('://') && !/\s/.test(plain) ? hostOf(plain.replaceAll('\0', '*')) : '';
  if (host !== '') hosts.add(host.includes('*') ? '*' : host);
}
