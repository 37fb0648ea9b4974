import type { Host } from '../host/host.ts';
import type { Decision } from '../model/decision.ts';
import type { Digest } from '../model/digest.ts';
import { GuardError } from '../model/errors.ts';
import type { Approval } from '../model/pin.ts';
import { isoTime } from '../model/time.ts';
import { appendLedger } from '../store/ledger.ts';

/** What a person is asked: the plan is on the screen already, this is the one question. */
export interface Question {
  /** Ends in a question mark; `[y/N] ` is added. */
  readonly text: string;
  /** A word that must be typed instead of `y`: the server's name, for red gains. null = `y` is enough. */
  readonly typed: string | null;
}

/** Who is asked, and where. */
export interface Person {
  readonly on: 'terminal' | 'page';
  /** False = nobody is there. */
  readonly present: boolean;
  /** What was answered: a `y` or the typed word is a yes. `prompt` is the question as a terminal shows it. */
  answer(question: Question, prompt: string): Promise<string>;
}

/** Whoever sits at the terminal. */
export function atTerminal(host: Host): Person {
  const { terminal } = host;
  return { on: 'terminal', present: terminal.interactive, answer: (_, prompt) => terminal.ask(prompt) };
}

export interface ConsentRequest {
  /** Whom it is about, `<scope>:<name>`; null = several, or none. For the ledger: how often people are asked is counted. */
  readonly server: string | null;
  readonly decision: Decision;
  /** Digest of what was shown. */
  readonly card: Digest;
  readonly question: Question;
  /** `--yes` was given: it answers only what policy itself approves. */
  readonly yes: boolean;
  /** The command line that comes to the same question again, for the hint: `pinfold <command> …`. */
  readonly command: string;
  /** Another command with which a person comes to the question. */
  readonly elsewhere?: string;
  readonly reason: string | null;
  /** Shows the plan to the person before the question. */
  readonly show: () => void;
}

/**
 * The approval for one exact card: by policy (`autoApprove`, when `--yes` was given), else by the person, who is asked
 * at the terminal or on the review page, default No. DESIGN §5.2.
 *
 * @throws GuardError `policy-denied` for a block, `approval-needed` when nobody can be asked, `approval-refused` for a no.
 */
export async function consent(request: ConsentRequest, host: Host, person: Person = atTerminal(host)): Promise<Approval> {
  const { decision } = request;
  request.show();
  if (decision.verdict === 'block') {
    throw new GuardError('policy-denied', 'blocked; nothing was changed', { why: decision.reasons[0] ?? 'a finding at block level' });
  }
  if (decision.autoApproved && request.yes) return approval('policy', 'policy.json autoApprove', request, host);
  if (!person.present) throw nobodyToAsk(request);
  const wanted = request.question.typed;
  const answer = await person.answer(
    request.question,
    wanted === null ? `${request.question.text} [y/N] ` : `${request.question.text} type the name \`${wanted}\` to confirm: `,
  );
  const said = wanted === null ? /^y(es)?$/i.test(answer) : answer === wanted;
  await appendLedger(
    { event: 'asked', server: request.server, detail: { answer: said ? 'yes' : 'no', gain: wanted === null ? null : 'red' } },
    host,
  );
  if (!said) throw new GuardError('approval-refused', 'not approved; nothing was changed');
  const given = approval('person', host.machine.user, request, host);
  return person.on === 'page' ? { ...given, on: 'page' } : given;
}

function nobodyToAsk(request: ConsentRequest): GuardError {
  const why = request.decision.autoApproved
    ? 'policy approves this by itself, but where there is no terminal only with --yes'
    : 'a person has to say yes at a terminal, and this is none';
  const inPerson = request.elsewhere === undefined ? request.command : `${request.command}, or ${request.elsewhere}`;
  const hint = request.decision.autoApproved ? request.command.replace(/^pinfold \w+/, '$& --yes') : inPerson;
  return new GuardError('approval-needed', 'approval needed; nothing was changed', { why, hint });
}

function approval(by: Approval['by'], who: string, request: ConsentRequest, host: Host): Approval {
  return { by, who, at: isoTime(host.now()), card: request.card, reason: request.reason };
}
