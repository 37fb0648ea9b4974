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
  /** Only compared with what waits: it says which of two servers' worth of words is meant, not where to write. */
  pins: z.string().max(4096).nullable(),
});

export interface DecisionForm {
  readonly csrf: string;
  readonly scope: 'user' | 'project';
  readonly name: string;
  readonly card: `sha256-${string}`;
  readonly items: ReadonlySet<string>;
  readonly decision: 'approve' | 'keep' | 'block';
  readonly typed: string | null;
  /** The file of `run --pins FILE` that the form was shown for; null = none. */
  readonly pins: string | null;
}

/** What the form of one server that `watch` stopped sends. Attacker-controlled until the CSRF token was compared. */
const heldForm = z.object({
  csrf: z.string(),
  entry: z.string().regex(/^[0-9a-f]{32}$/),
  decision: z.enum(['look', 'approve', 'stay', 'remove']),
  card: digest.nullable(),
  typed: z.string().max(200).nullable(),
});

export interface HeldForm {
  readonly csrf: string;
  /** Of the entry in quarantine. */
  readonly id: string;
  readonly decision: 'look' | 'approve' | 'stay' | 'remove';
  /** null = nothing was shown before; approves nothing. */
  readonly card: `sha256-${string}` | null;
  readonly typed: string | null;
}

/** As `decisionIn`, of a server that `watch` stopped. */
export async function heldIn(request: Request): Promise<HeldForm | null> {
  const sent = await sentBy(request);
  if (sent === null) return null;
  const [csrf, entry, decision, card, typed] = ['csrf', 'entry', 'decision', 'card', 'typed'].map((name) => sent.get(name));
  const parsed = heldForm.safeParse({ csrf, entry, decision, card, typed });
  if (!parsed.success) return null;
  const { entry: id, ...rest } = parsed.data;
  return { ...rest, id, card: rest.card as HeldForm['card'] };
}

async function sentBy(request: Request): Promise<URLSearchParams | null> {
  if (request.headers.get('content-type')?.toLowerCase() !== 'application/x-www-form-urlencoded') return null;
  return new URLSearchParams(await request.text());
}

/** The form in a body of the type that browsers send; null = it is none. */
export async function decisionIn(request: Request): Promise<DecisionForm | null> {
  const sent = await sentBy(request);
  if (sent === null) return null;
  const [csrf, server, card, decision, typed, pins] = ['csrf', 'server', 'card', 'decision', 'typed', 'pins'].map((name) => sent.get(name));
  const parsed = decisionForm.safeParse({ csrf, server, card, decision, typed, pins, items: sent.getAll('item') });
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
