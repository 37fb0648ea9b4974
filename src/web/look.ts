import type { Host } from '../host/host.ts';
import { GuardError } from '../model/errors.ts';
import { listWithheld } from '../operations/list-withheld.ts';
import type { LookApp } from '../operations/offer-link.ts';
import { lookBody } from '../report/html/look.ts';
import { reviewPage, saidPage } from '../report/html/review-page.ts';
import { answer, notInThisWay, refused } from './answers.ts';
import { refusalOf } from './guards.ts';
import { firstIn, wordsOf } from './words.ts';

/**
 * What waits of one server, for whoever has the address: it shows, and decides nothing, because the address went through a
 * client, and must not be worth more than what it shows.
 */
export const lookApp: LookApp = (of, host) => async (request) => {
  const refusal = refusalOf(request);
  if (refusal !== null) return refused(refusal);
  if (new URL(request.url).pathname !== of.path) return refused({ status: 404, lines: ['There is nothing here.'] });
  return request.method === 'GET' ? show(of, firstIn(request), host) : notInThisWay('GET');
};

async function show({ scope, name, path, remedy }: Parameters<LookApp>[0], from: number, host: Host): Promise<Response> {
  try {
    const { sections, problems } = await wordsOf(await listWithheld(host), { server: `${scope}:${name}`, from }, host);
    return answer(reviewPage(`pinfold: ${name}`, lookBody({ name, sections, problems, remedy, home: path })), 200);
  } catch (cause) {
    if (!(cause instanceof GuardError)) throw cause;
    return answer(saidPage('That cannot be shown', [cause.message, `The terminal says why: ${remedy}`]), 500);
  }
}
