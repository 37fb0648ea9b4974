import type { JsonObject } from '../model/json.ts';
import { printable } from '../model/printable.ts';
import type { GateRules } from './state.ts';
import type { Effect, StopCode, WithheldReason, WordKind } from './verdict.ts';

/** One line for stderr about an effect; null = nothing that a person must know. What the server wrote is shown printable and capped. */
export function noticeOf(effect: Effect, rules: GateRules): string | null {
  if (effect.type === 'observed' || effect.type === 'equivalent') return null;
  if (effect.type === 'made-visible') return `pinfold: ${rules.name}: ${madeVisible(effect)}`;
  if (effect.type === 'url-asked') return `pinfold: ${rules.name}: asks you to open https://${printable(effect.host, { maxLength: 100 })}`;
  const said = effect.type === 'stopped' ? stopped(effect) : `${withheld(effect)}${hardCase(effect, rules)}`;
  const hint =
    effect.type === 'withheld' || effect.code === 'call-not-approved' || effect.code === 'agent-surface' ? `; hint: ${rules.remedy}` : '';
  return `pinfold: ${rules.name}: ${said}${hint}`;
}

const stopSentences: Readonly<Record<StopCode, string>> = {
  'not-json': 'dropped a line that is not JSON',
  malformed: 'dropped a message that can be read in two ways',
  'unknown-id': 'dropped an answer that nobody waits for',
  'id-in-use': 'dropped a request whose id is in use',
  'too-many-requests': 'refused a request: too many wait for an answer',
  'call-not-approved': 'a call to something that is not approved',
  'method-unknown': 'a method that is not guarded yet',
  'notification-unknown': 'a notification that is not guarded yet',
  'agent-surface': 'the server asked the client for something that is not approved',
  'elicitation-url': 'the server wanted to send you to an address that it may not send you to',
  'elicitation-unasked': 'dropped the end of a question that was never asked',
  'list-invalid': 'withheld a list that cannot be judged',
  'list-too-long': 'withheld a list that is longer than any list may be',
  'list-unasked': 'withheld a list that nobody asked for',
  'ui-too-many': 'withheld a page: more than any server may have',
  'result-invalid': 'withheld an answer that cannot be judged',
  'message-invalid': 'dropped a message that holds more hidden characters than text',
  'line-too-long': 'ended the session: a line was longer than any message may be',
};

function stopped(effect: Extract<Effect, { type: 'stopped' }>): string {
  const subject = effect.subject === '' ? '' : ` (${printable(effect.subject, { maxLength: 100 })})`;
  return `${stopSentences[effect.code]}${subject}${effect.forwarded ? '; let through, because the mode is not `block`' : ''}`;
}

function madeVisible({ subject, characters, messages, forwarded }: Extract<Effect, { type: 'made-visible' }>): string {
  const where = messages > 1 ? `${messages} messages` : printable(subject, { maxLength: 100 });
  const what = `${characters} hidden ${characters === 1 ? 'character' : 'characters'} in ${where}`;
  return forwarded ? `let ${what} through, because the mode is not \`block\`` : `made ${what} visible`;
}

const reasons: Readonly<Record<WithheldReason, string>> = {
  'not-approved': 'not approved',
  changed: 'changed since it was approved',
  duplicate: 'listed twice',
  shadows: "takes the name of another server's tool",
  hides: 'has characters that nobody sees',
  blocked: 'blocked for ever',
};

/** The bytes are the approved ones, so nobody published what the server says now. */
function hardCase({ items }: Extract<Effect, { type: 'withheld' }>, { samePackage }: GateRules): string {
  return samePackage && items.some(({ reason }) => reason === 'changed') ? '; the package has not changed; its words have' : '';
}

const shownNames = 5;

function withheld(effect: Extract<Effect, { type: 'withheld' }>): string {
  const verb = effect.forwarded ? 'let through, because the mode is not `block`' : 'withheld';
  if (effect.kind === 'instructions') return `${verb}: instructions, ${reasons[effect.items[0]?.reason ?? 'changed']}`;
  const names = effect.items.slice(0, shownNames).map(({ name, reason }) => `${printable(name, { maxLength: 60 })} (${reasons[reason]})`);
  const rest = effect.items.length > shownNames ? ` and ${effect.items.length - shownNames} more` : '';
  return `${verb}: ${effect.kind} ${names.join(', ')}${rest}`;
}

/**
 * The log message that tells a client what was withheld. A model may read it, so nothing in it comes from the server:
 * numbers, the pin's name and the commands, never the names or the words of what was withheld. Both commands need a
 * terminal: who only reads this cannot approve with them.
 *
 * @see MCP 2025-11-25, notifications/message
 */
export function logMessage(counts: ReadonlyMap<WordKind, number>, rules: GateRules): JsonObject {
  return logNotification(
    `${inNumbers(counts, rules)} A person can look at it with: ${rules.remedy}, or on a page with: pinfold review --web`,
  );
}

/** An address of this machine at which a person sees what was withheld. */
export interface Offer {
  /** Of the question; nobody can guess it. */
  readonly id: string;
  readonly url: string;
}

/**
 * The question by which a client offers its person the address of a page that shows what was withheld. Clients show it to
 * a person and open it for nobody else; it is held to what the log message is held to all the same, and the page decides
 * nothing: an address that lets its reader say yes must not be sent this way.
 *
 * @see MCP 2025-11-25, client/elicitation, URL mode and its security considerations ("pre-authenticated")
 */
export function linkQuestion(counts: ReadonlyMap<WordKind, number>, { id, url }: Offer, rules: GateRules): JsonObject {
  const message = `${inNumbers(counts, rules)} The page shows what differs, and decides nothing. To decide, in a terminal: ${rules.remedy}, or pinfold review --web`;
  return { jsonrpc: '2.0', id, method: 'elicitation/create', params: { mode: 'url', elicitationId: id, url, message } };
}

function inNumbers(counts: ReadonlyMap<WordKind, number>, { name }: GateRules): string {
  const parts = [...counts].map(([kind, count]) =>
    kind === 'instructions' ? 'the instructions' : `${count} ${nouns[kind]}${count === 1 ? '' : 's'}`,
  );
  return `pinfold withheld ${parts.join(', ')} of ${name} that nobody approved.`;
}

/** A log message of pinfold's own; a model may read it. */
export function logNotification(data: string): JsonObject {
  return { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'warning', logger: 'pinfold', data } };
}

const nouns: Readonly<Record<Exclude<WordKind, 'instructions'>, string>> = {
  tools: 'tool',
  prompts: 'prompt',
  resources: 'resource',
  resourceTemplates: 'resource template',
  ui: 'page',
  agentSurface: 'request to the client',
};
