import { z } from 'zod';
import { limits } from '../model/limits.ts';

const digest = z.string().regex(/^sha256-[A-Za-z0-9+/]{43}=$/);

/** What the form of one server sends. Attacker-controlled until the CSRF token was compared. */
const decisionForm = z.object({
  csrf: z.string(),
  server: z.string().regex(/^(?:user|project):[A-Za-z0-9._-]{1,64}$/),
  card: digest,
  items: z.array(digest).max(limits.pageMaxItems),
  decision: z.enum(['approve', 'keep', 'block']),
  typed: z.string().max(200).nullable(),
});

export interface DecisionForm {
  readonly csrf: string;
  readonly scope: 'user' | 'project';
  readonly name: string;
  readonly card: `sha256-${string}`;
  readonly items: ReadonlySet<string>;
  readonly decision: 'approve' | 'keep' | 'block';
  readonly typed: string | null;
}

/** The form in a body of the type that browsers send; null = it is none. */
export async function decisionIn(request: Request): Promise<DecisionForm | null> {
  if (request.headers.get('content-type')?.toLowerCase() !== 'application/x-www-form-urlencoded') return null;
  const sent = new URLSearchParams(await request.text());
  const [csrf, server, card, decision, typed] = ['csrf', 'server', 'card', 'decision', 'typed'].map((name) => sent.get(name));
  const parsed = decisionForm.safeParse({ csrf, server, card, decision, typed, items: sent.getAll('item') });
  if (!parsed.success) return null;
  const { data } = parsed;
  const [scope, name = ''] = data.server.split(':');
  return {
    ...data,
    card: data.card as `sha256-${string}`,
    scope: scope === 'project' ? 'project' : 'user',
    name,
    items: new Set(data.items),
  };
}
