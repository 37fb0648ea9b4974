import { Hono } from 'hono';
import type { Host } from '../host/host.ts';
import type { Reviewed } from '../model/entry-results.ts';
import { GuardError } from '../model/errors.ts';
import { limits } from '../model/limits.ts';
import type { Approved } from '../model/results.ts';
import { approve } from '../operations/approve.ts';
import { heldBody } from '../report/html/held.ts';
import { type ReviewView, reviewBody } from '../report/html/review.ts';
import { reviewPage, saidPage } from '../report/html/review-page.ts';
import { answer, notInThisWay, refused } from './answers.ts';
import { type DecisionForm, decisionIn, heldIn } from './form.ts';
import { deadLink, refusalOf, sessionRefusal } from './guards.ts';
import { decideHeld, lookAtHeld, type Probe } from './held.ts';
import { cookieFor, isSame, type Keys } from './keys.ts';
import { viewOf } from './view.ts';
import { firstIn } from './words.ts';

/** What happens on the page, for the terminal that serves it. */
export type PageEvent =
  | { readonly event: 'opened' }
  /** Somebody came with the link after it was used, or with one that is not ours. */
  | { readonly event: 'dead-link' }
  | { readonly event: 'decided'; readonly result: Approved }
  /** About a server that `watch` stopped. */
  | { readonly event: 'settled'; readonly reviewed: Reviewed }
  /** A bug of ours, or a disk that failed. May hold attacker-controlled text. */
  | { readonly event: 'failed'; readonly why: string };

/** The page as a function from request to answer. State of one session: whether the link was used, and what was last said. */
export function reviewApp(keys: Keys, host: Host, tell: (event: PageEvent) => void, probe: Probe): (request: Request) => Promise<Response> {
  const paths = { home: `/${keys.path}/`, decide: `/${keys.path}/decide`, held: `/${keys.path}/held` };
  let unused = true;
  let said: ReviewView['said'] = null;
  const page = async (request: Request, status: number, now: ReviewView['said']) => {
    const server = request.method === 'GET' ? new URL(request.url).searchParams.get('server') : null;
    const view = await viewOf({ server, from: firstIn(request) }, host);
    return answer(reviewPage('pinfold review', reviewBody({ ...view, said: now, paths, csrf: keys.csrf })), status);
  };

  const app = new Hono({ strict: true });
  app.use(async (context, next) => {
    const { raw } = context.req;
    const inside = new URL(raw.url).pathname.startsWith(paths.home);
    const refusal = refusalOf(raw) ?? (inside ? sessionRefusal(raw, keys) : null);
    return refusal === null ? next() : refused(refusal);
  });
  app.get('/open', (context) => {
    if (!unused || !isSame(context.req.query('token') ?? null, keys.token)) {
      tell({ event: 'dead-link' });
      return refused(deadLink);
    }
    unused = false;
    tell({ event: 'opened' });
    return answer('', 303, { location: paths.home, 'set-cookie': cookieFor(keys) });
  });
  app.get(paths.home, (context) => {
    const now = said;
    said = null;
    return page(context.req.raw, 200, now);
  });
  app.post(paths.decide, async (context) => {
    const { raw } = context.req;
    const form = await decisionIn(raw);
    if (form === null) return page(raw, 400, { done: false, lines: ['That was not a form of this page. Nothing was changed.'] });
    if (!isSame(form.csrf, keys.csrf)) return refused({ status: 403, lines: ['That did not come from this page. Nothing was changed.'] });
    try {
      const result = await decide(form, host);
      tell({ event: 'decided', result });
      said = { done: true, lines: [doneWords(result)] };
      return answer('', 303, { location: paths.home });
    } catch (cause) {
      if (!(cause instanceof GuardError)) throw cause;
      return page(raw, cause.code === 'config-changed' ? 409 : 422, { done: false, lines: failedWords(cause, form) });
    }
  });
  app.post(paths.held, async (context) => {
    const { raw } = context.req;
    const form = await heldIn(raw);
    if (form === null) return page(raw, 400, { done: false, lines: ['That was not a form of this page. Nothing was changed.'] });
    if (!isSame(form.csrf, keys.csrf)) return refused({ status: 403, lines: ['That did not come from this page. Nothing was changed.'] });
    try {
      const { decision } = form;
      if (decision === 'look') {
        const card = await lookAtHeld(form.id, probe, host);
        return answer(reviewPage('pinfold review', heldBody(card, { paths, csrf: keys.csrf })), 200);
      }
      if (decision === 'stay') said = { done: true, lines: ['It stays stopped, and goes on waiting.'] };
      else {
        const reviewed = await decideHeld({ ...form, decision }, probe, host);
        tell({ event: 'settled', reviewed });
        if (reviewed.outcome === 'waits') return page(raw, 422, { done: false, lines: settledWords(reviewed) });
        said = { done: true, lines: settledWords(reviewed) };
      }
      return answer('', 303, { location: paths.home });
    } catch (cause) {
      if (!(cause instanceof GuardError)) throw cause;
      const isOther = cause.code === 'config-changed' || cause.code === 'entry-not-found';
      return page(raw, isOther ? 409 : 422, { done: false, lines: heldFailedWords(cause) });
    }
  });
  for (const path of ['/open', paths.home, paths.decide, paths.held])
    app.all(path, () => notInThisWay(path === paths.decide || path === paths.held ? 'POST' : 'GET'));
  app.notFound(() => refused({ status: 404, lines: ['There is nothing here.'] }));
  app.onError((cause) => {
    tell({ event: 'failed', why: cause.message });
    return answer(saidPage('That failed', ['The terminal says why.']), 500);
  });
  return async (request) => app.fetch(request);
}

/** Approves, keeps or blocks exactly what was ticked, as the person who opened the page. */
async function decide(form: DecisionForm, host: Host): Promise<Approved> {
  const { name, scope, decision, typed, pins } = form;
  if (form.items.size === 0)
    throw new GuardError('usage', 'nothing was ticked; nothing was changed', {
      why: 'a decision is about what is ticked',
      hint: 'tick what it is about',
    });
  return approve(
    {
      name,
      scope,
      decision,
      pins,
      of: { items: form.items, card: form.card },
      yes: false,
      reason: null,
      show(plan) {
        const long = plan.items.find((item) => JSON.stringify([item.before, item.after]).length > limits.pageMaxChars);
        if (long !== undefined)
          throw new GuardError('usage', 'that is too long to be read on a page; nothing was changed', {
            why: `${limits.pageMaxChars} characters are shown of a text`,
            hint: `pinfold approve --full ${name}`,
          });
      },
    },
    host,
    { on: 'page', present: true, answer: async (question) => (question.typed === null ? 'y' : (typed ?? '')) },
  );
}

function doneWords({ name, approved, rejected, blocked }: Approved): string {
  if (approved > 0) return `Approved ${approved} of ${name}. It counts from the next start of the server.`;
  return rejected > 0 ? `Kept the old words of ${name}; ${rejected} forgotten.` : `Blocked ${blocked} of ${name} for ever.`;
}

const settledTo: Record<Reviewed['outcome'], string> = {
  guarded: 'is approved, and starts behind the guard from now on.',
  kept: 'is approved, and starts as it is, without the guard.',
  removed: 'is taken out.',
  restored: 'is taken out; the one that was accepted is back.',
  waits: 'still does not start.',
};

function settledWords({ entry, outcome, why }: Reviewed): readonly string[] {
  return [`${entry.name} ${settledTo[outcome]}`, ...(outcome === 'waits' && why !== null ? [why] : [])];
}

function heldFailedWords(cause: GuardError): readonly string[] {
  if (cause.code === 'config-changed') return ['Nothing was approved: it is not what this page showed. Look at it again.'];
  return [`Nothing was changed: ${cause.message}`, ...(cause.why === undefined ? [] : [cause.why])];
}

function failedWords(cause: GuardError, { name }: DecisionForm): readonly string[] {
  if (cause.code === 'config-changed') return ['Nothing was approved: what waits is not what this page showed. This is what waits now.'];
  if (cause.code === 'approval-refused') return [`Nothing was approved: the name ${name} has to be typed as it is written.`];
  return [
    cause.message,
    ...(cause.why === undefined ? [] : [cause.why]),
    ...(cause.hint === undefined ? [] : [`In the terminal: ${cause.hint}`]),
  ];
}
