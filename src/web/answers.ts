import { saidPage } from '../report/html/review-page.ts';
import { pageHeaders, type Refusal } from './guards.ts';

/** An answer with the headers that every answer has. */
export function answer(body: string, status: number, more: Readonly<Record<string, string>> = {}): Response {
  return new Response(body, { status, headers: { ...pageHeaders, ...more } });
}

export function refused({ status, lines }: Refusal): Response {
  return answer(saidPage('Not here', lines), status);
}

/** What a path that exists says to another method than its own. */
export function notInThisWay(allow: 'GET' | 'POST'): Response {
  return answer(saidPage('Not in this way', ['Nothing was changed.']), 405, { allow });
}
