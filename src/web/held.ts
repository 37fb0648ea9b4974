import type { Host } from '../host/host.ts';
import { digestValue } from '../model/digest.ts';
import type { Reviewed } from '../model/entry-results.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import type { InstallPlan } from '../model/results.ts';
import type { Person, Question } from '../operations/consent.ts';
import { reviewHeld } from '../operations/review.ts';
import type { HowToSettle } from '../operations/settle.ts';
import { notWhatWasShown } from '../operations/withheld-pin.ts';
import { adoptPlanText } from '../report/adopt.ts';
import type { HeldCard } from '../report/html/held.ts';
import { installPlanText } from '../report/install.ts';
import { styleFor } from '../report/style.ts';
import type { HeldForm } from './form.ts';

/** How servers are looked at from the page. */
export type Probe = HowToSettle['probe'];

/**
 * One server that `watch` stopped as a terminal would show it before it asks. Downloads and analyses a package, and
 * starts it in the sandbox where `probe` says so; changes nothing.
 *
 * @throws GuardError `entry-not-found` when it waits no longer.
 */
export async function lookAtHeld(id: string, probe: Probe, host: Host): Promise<HeldCard> {
  const shown = shownTo(host);
  let asked: Question | null = null;
  const nobody = nobodyYet((question) => {
    asked = question;
  });
  const reviewed = await reviewHeld({ id, decision: 'look', settle: (entry) => shown.how(entry, probe, nobody) }, host, () => {});
  const question = asked as Question | null;
  const { lines, chars } = shown.text();
  const tooLong = chars > limits.pageMaxChars ? `${limits.pageMaxChars} characters are shown on a page; look at it in the terminal` : null;
  const refusal = question === null && reviewed.outcome === 'waits' ? (reviewed.why ?? 'it could not be looked at') : tooLong;
  return { entry: reviewed.entry, lines: tooLong === null ? lines : [], card: shown.card(), refusal, typed: question?.typed ?? null };
}

/** Sees the question, and says nothing: what is only looked at is neither approved nor refused, nor counted as a question. */
function nobodyYet(see: (question: Question) => void): Person {
  return {
    on: 'page',
    present: true,
    async answer(question) {
      see(question);
      throw new GuardError('approval-needed', 'nobody has said yes yet');
    },
  };
}

/**
 * Approves exactly what the form was shown for, as the person who opened the page, or takes the entry out.
 *
 * @throws GuardError `config-changed` when it would be shown otherwise now; nothing was changed. `entry-not-found`.
 */
export async function decideHeld(
  { id, decision, card, typed }: HeldForm & { readonly decision: 'approve' | 'remove' },
  probe: Probe,
  host: Host,
): Promise<Reviewed> {
  const shown = shownTo(host);
  let changed = false;
  const person: Person = {
    on: 'page',
    present: true,
    async answer(question) {
      changed = shown.card() !== card || shown.text().chars > limits.pageMaxChars;
      if (changed) throw notWhatWasShown();
      return question.typed === null ? 'y' : (typed ?? '');
    },
  };
  const reviewed = await reviewHeld({ id, decision, settle: (entry) => shown.how(entry, probe, person) }, host, () => {});
  if (changed) throw notWhatWasShown();
  return reviewed;
}

/** How the bytes came, from the registry or from an earlier look, is another thing at every look; which bytes they are is not. */
function whateverTheWay(plan: InstallPlan): InstallPlan {
  const evidence = plan.disclosure.evidence.map((one) => (one.source === 'npm-tarballs' ? { ...one, detail: '' } : one));
  return { ...plan, disclosure: { ...plan.disclosure, evidence } };
}

/** Collects what a terminal would print, and what a digest of it rests on: the entry itself, and every plan. */
function shownTo(host: Host) {
  const style = styleFor(false, 100);
  const texts: string[] = [];
  const rests: string[] = [];
  const show = (text: string, on: unknown) => {
    texts.push(text);
    rests.push(JSON.stringify(on));
  };
  return {
    how(entry: string, probe: Probe, person: Person): HowToSettle {
      rests.push(entry);
      return {
        probe,
        yes: false,
        person,
        show: (plan) => show(installPlanText(plan, { full: true }, style, host.places.home), whateverTheWay(plan)),
        showAdoption: (plan) => show(adoptPlanText(plan, style), plan),
        tell: (lines) => show(lines.join('\n'), lines),
      };
    },
    text() {
      const lines = texts.flatMap((text) => text.split('\n'));
      return { lines, chars: lines.join('\n').length };
    },
    card: () => digestValue(rests),
  };
}
